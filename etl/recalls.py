"""Sources withdrawn: their figures stay out of ranks and classes, and the page says why."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import tomli_w

from etl.alone import alone
from etl.fetch import write_atomically
from etl.history import Event, current_path, now, record
from geodata.errors import DeclarationError, PackageError, SelectionError
from geodata.package import Package, Recall, open_package
from geodata.text import Text

SHIPPED: Final = Path(__file__).with_name("recalls.toml")
RECALLS: Final = "recalls.toml"
_LONGEST: Final = 500


def recalls_of(home: Path) -> dict[str, Recall]:
    """Give every withdrawn source: those that come with the program, then those of the data folder.

    Raises
    ------
    DeclarationError
        If a list is unreadable; a withdrawn source would otherwise come back unseen.
    """
    return {**_read(SHIPPED), **_read(home / RECALLS)}


def recall(home: Path, source_id: str, reason_fr: str, reason_en: str, who: str = "") -> Recall:
    """Withdraw a source from ranks and classes, without building anything.

    Parameters
    ----------
    home
        The data folder.
    source_id
        A source of the current package.
    reason_fr, reason_en
        For everyone; both are needed.
    who
        Written in the history.

    Raises
    ------
    SelectionError
        If the current package has no such source.
    DeclarationError
        If a reason is missing or longer than 500 characters.
    """
    _require_source(home, source_id)
    fr, en = " ".join(reason_fr.split()), " ".join(reason_en.split())
    if not (fr and en) or max(len(fr), len(en)) > _LONGEST:
        raise DeclarationError(
            Text(
                f"Il faut une raison en français et en anglais, de {_LONGEST} caractères au plus",
                f"A reason is needed in French and in English, of {_LONGEST} characters at most",
            ),
            where=source_id,
            hint=Text(
                "complétez « --reason-fr » et « --reason-en »", "complete “--reason-fr” and “--reason-en”"
            ),
        )
    made = Recall(source_id, Text(fr, en), datetime.now(UTC).date().isoformat())
    with alone(home):
        _write(home, {**_read(home / RECALLS), source_id: made})
        record(home, Event("recall", now(), sources=(source_id,), reason=fr, who=who))
    return made


def undo_recall(home: Path, source_id: str, who: str = "") -> None:
    """Bring a withdrawn source back.

    Raises
    ------
    SelectionError
        If this data folder has not withdrawn it.
    """
    with alone(home):
        own = _read(home / RECALLS)
        if source_id not in own:
            known = ", ".join(own) or "–"
            raise SelectionError(
                Text("Cette source n'est pas retirée ici", "This source is not withdrawn here"),
                where=source_id,
                hint=Text(f"les sources retirées ici sont : {known}", f"withdrawn here: {known}"),
            )
        _write(home, {name: made for name, made in own.items() if name != source_id})
        record(home, Event("recall_undone", now(), sources=(source_id,), who=who))


def open_with_recalls(path: Path, home: Path) -> Package:
    """Open a package with what was withdrawn since.

    Raises
    ------
    PackageError, DeclarationError
        As ``open_package`` and ``recalls_of``.
    """
    return open_package(path, recalls_of(home))


def _require_source(home: Path, source_id: str) -> None:
    try:
        known = list(open_package(current_path(home)).sources)
    except PackageError:
        return
    if source_id not in known:
        raise SelectionError(
            Text("Le paquet courant n'a pas cette source", "The current package has no such source"),
            where=source_id,
            hint=Text(f"choisissez parmi {', '.join(known)}", f"choose among {', '.join(known)}"),
        )


def _read(path: Path) -> dict[str, Recall]:
    try:
        listed: list[dict[str, Any]] = tomllib.loads(path.read_text("utf-8")).get("recalls", [])
        read = [Recall(str(r["source"]), Text.from_mapping(r["reason"]), str(r["since"])) for r in listed]
        return {made.source_id: made for made in read}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as failure:
        raise DeclarationError(
            Text(
                "La liste des sources retirées est illisible", "The list of withdrawn sources is unreadable"
            ),
            where=str(path),
            hint=Text(
                "corrigez ce fichier, ou renommez-le et refaites les retraits par « proximite recall »",
                "correct this file, or rename it and withdraw its sources again with “proximite recall”",
            ),
        ) from failure


def _write(home: Path, recalls: dict[str, Recall]) -> None:
    listed = [
        {"source": name, "since": made.since, "reason": made.reason.as_dict()}
        for name, made in sorted(recalls.items())
    ]
    write_atomically(home / RECALLS, tomli_w.dumps({"recalls": listed}).encode())
