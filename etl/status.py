"""What is known of each source: its date, its licence, when it was asked for and what came of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from etl.attempts import read_attempts
from etl.fetch import LockEntry, SourcesLock
from etl.recalls import recalls_of
from etl.registry import Declaration, declarations
from geodata.errors import ProximiteError
from geodata.model import LICENCES
from geodata.package import Package, Recall
from geodata.text import Text

Live = Literal["verified", "never", "no_client"]


@dataclass(frozen=True)
class SourceStatus:
    """One source as the terminal and the data page show it.

    Attributes
    ----------
    present
        Whether the package holds it; an optional source is absent until it was fetched.
    age_months
        Whole months since ``reference_date``; null where that is no date.
    live
        ``verified`` (the publisher's own host gave data that passed, on ``verified_on``), ``never``, or
        ``no_client``.
    last_asked, last_state
        When a refresh last asked for it, and what came of it; empty where none did.
    verdict
        Of the last data taken in: ``ok attention refus``; empty where nothing was compared.
    problem
        Why the last attempt brought nothing; null where it did.
    withdrawn
        Why its figures are out of ranks and classes; null where they are not.
    rows
        Rows read, by file.
    """

    id: str
    title: Text
    producer: Text
    licence: str
    licence_title: Text
    url: str
    present: bool
    optional: bool
    vintage: str
    reference_date: str
    age_months: int | None
    live: Live
    verified_on: str
    service: str
    live_note: Text | None
    last_asked: str
    last_received: str
    last_state: str
    verdict: str
    accepted_reason: str
    problem: Text | None
    withdrawn: Text | None
    rows: dict[str, int]
    notes: tuple[Text, ...]

    def as_dict(self) -> dict[str, Any]:
        """Write the form that ``--json`` prints."""
        return asdict(self)

    def live_in_words(self) -> Text:
        """Say when the publisher's own service last gave this source."""
        if self.live == "verified":
            return Text(f"vérifié en direct le {self.verified_on}", f"verified live on {self.verified_on}")
        if self.live == "never":
            return Text("jamais vérifié en direct", "never verified live")
        return Text("aucun service en direct", "no live service")


def source_statuses(package: Package, home: Path, today: date | None = None) -> list[SourceStatus]:
    """Give the status of every declared source and of every imported listing of a package.

    Parameters
    ----------
    package
        The package that is shown.
    home
        The data folder; what it says of fetches is left out where it is damaged.
    today
        The date from which ages are counted; today's where null.
    """
    day = today or datetime.now(UTC).date()
    attempts = _attempts(home)
    locked = _lock(home)
    recalls = _recalls(home)
    declared = {declaration.id: declaration for declaration in declarations()}
    held = {entry["id"]: entry for entry in package.manifest["sources"]}
    names = [*declared, *(name for name in held if name not in declared)]
    return [
        _status(
            package, name, declared.get(name), held.get(name), attempts.get(name, {}), locked.get(name),
            recalls.get(name), day,
        )
        for name in names
    ]  # fmt: skip


def _attempts(home: Path) -> dict[str, dict[str, Any]]:
    """Give the last attempts that say what became of them."""
    read = {name: noted for name, noted in read_attempts(home).items() if isinstance(noted, dict)}
    details = {name: noted.get("detail") for name, noted in read.items()}
    return {
        n: read[n] for n, detail in details.items() if isinstance(detail, dict) and {"fr", "en"} <= {*detail}
    }


def _lock(home: Path) -> Mapping[str, LockEntry]:
    try:
        return SourcesLock.read(home).entries
    except ProximiteError:
        return {}


def _recalls(home: Path) -> dict[str, Recall]:
    try:
        return recalls_of(home)
    except ProximiteError:
        return {}


def _status(
    package: Package,
    name: str,
    declaration: Declaration | None,
    held: dict[str, Any] | None,
    attempt: dict[str, Any],
    entry: LockEntry | None,
    recall: Recall | None,
    today: date,
) -> SourceStatus:
    source = package.sources[name] if held else declaration.source if declaration else None
    assert source is not None  # noqa: S101 - every name comes from one or the other
    live, verified_on = _live(declaration, source.verified_live, entry)
    note = declaration.live.note if declaration and declaration.live else None
    failed = attempt.get("state") in ("failed", "refused", "waiting")
    return SourceStatus(
        id=name,
        title=source.title,
        producer=source.producer,
        licence=source.licence,
        licence_title=LICENCES[source.licence].title
        if source.licence in LICENCES
        else Text(source.licence, source.licence),
        url=source.url,
        present=held is not None,
        optional=bool(declaration and declaration.optional),
        vintage=source.vintage,
        reference_date=source.reference_date,
        age_months=age_months(source.reference_date, today),
        live=live,
        verified_on=verified_on,
        service=declaration.live.service if declaration and declaration.live else "",
        live_note=Text(note.fr, note.en) if note else None,
        last_asked=str(attempt.get("at", "")),
        last_received=max((f.retrieved_at for f in entry.files), default="") if entry else "",
        last_state=str(attempt.get("state", "")),
        verdict=(entry.verdict or "") if entry else "",
        accepted_reason=(entry.accepted_reason or "") if entry else "",
        problem=Text.from_mapping(attempt["detail"]) if failed else None,
        withdrawn=recall.reason if recall else None,
        rows={f["name"]: int(f["rows"]) for f in held["files"] if "rows" in f} if held else {},
        notes=tuple(Text.from_mapping(note) for note in held.get("notes", ())) if held else (),
    )


def _live(
    declaration: Declaration | None, in_package: str | None, entry: LockEntry | None
) -> tuple[Live, str]:
    verified = max(filter(None, (in_package, entry.verified_live if entry else None)), default="")
    if verified:
        return "verified", verified
    return ("never" if declaration and declaration.live else "no_client"), ""


def age_months(reference_date: str, today: date) -> int | None:
    """Give the whole months between a date and today.

    Parameters
    ----------
    reference_date
        ``2021``, ``2021-05`` or ``2021-05-11``; a year alone counts from its end, a month from its own.
    today
        The later date.

    Returns
    -------
    int or None
        Null where the text is no date; zero for a date to come.

    Examples
    --------
    >>> age_months("2021-05-11", date(2026, 5, 10))
    59
    """
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", reference_date.strip())
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2] or 12), int(found[3] or (31 if not found[2] else 28))
    months = (today.year - year) * 12 + today.month - month - (today.day < day)
    return max(0, months)
