"""Corrections that anyone may report of a place: they wait for the table's word, then apply when it is built.

Every report and every decision is a line of ``home/corrections.jsonl``; nothing is erased. The last decision
about a report stands, so that an approval is undone by a refusal, and the reverse.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import pandas as pd

from etl.listings.review import append_line, read_lines
from geodata.errors import ListingError
from geodata.text import Text

FILE: Final = "corrections.jsonl"
LONGEST_TEXT: Final = 500
LONGEST_NAME: Final = 200
MOST_WAITING: Final = 5_000
"""Reports beyond which no other is taken: one click is easily repeated by a machine."""

FIELDS: Final = ("name", "address", "city", "postal_code")
"""Columns of a place that a decision may rewrite."""


class Kind(StrEnum):
    """What is wrong with a place."""

    WRONG_ADDRESS = "wrong_address"
    CLOSED = "closed"
    MOVED = "moved"
    WITHDRAW = "withdraw"
    OTHER = "other"


KIND_NAMES: Final[dict[Kind, Text]] = {
    Kind.WRONG_ADDRESS: Text("L'adresse est fausse", "The address is wrong"),
    Kind.CLOSED: Text("Ce lieu est fermé", "This place is closed"),
    Kind.MOVED: Text("Ce lieu a déménagé", "This place has moved"),
    Kind.WITHDRAW: Text("Retirez mon organisme de la carte", "Take my organisation off the map"),
    Kind.OTHER: Text("Autre chose", "Something else"),
}
_REMOVING: Final = frozenset({Kind.CLOSED, Kind.WITHDRAW})


class State(StrEnum):
    """Where a report stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Correction:
    """A report and what was decided of it.

    Attributes
    ----------
    id
        Of the report.
    place_id
        Of the place, as in the package.
    kind, text, contact
        What the person says; ``contact`` is empty for an anonymous report.
    reported_at, decided_at
        ISO 8601, UTC; ``decided_at`` is empty while it waits.
    who, reason
        Of the decision.
    changes
        Columns that an approval rewrites.
    """

    id: str
    place_id: str
    kind: Kind
    text: str
    contact: str
    reported_at: str
    state: State = State.WAITING
    decided_at: str = ""
    who: str = ""
    reason: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Write the form that ``--json`` prints."""
        return asdict(self)


def report_correction(
    home: Path, place_id: str, kind: str, text: str = "", *, contact: str = ""
) -> Correction:
    """Take down that something is wrong with a place; it changes nothing until it is approved.

    Parameters
    ----------
    home
        Data folder.
    place_id
        Of the place, as in the package.
    kind
        A value of ``Kind``.
    text
        At most 500 characters.
    contact
        How to answer, if the person wishes.

    Raises
    ------
    ListingError
        If the kind is unknown, the text too long, empty where it alone says something, or too many wait.
    """
    if kind not in Kind.__members__.values() or not place_id or len(place_id) > LONGEST_NAME:
        raise _refused(
            "Ce signalement n'est pas complet", "This report is not complete", f"{place_id}, {kind}"
        )
    if len(text) > LONGEST_TEXT or len(contact) > LONGEST_NAME:
        raise _refused(
            f"Ce texte dépasse {LONGEST_TEXT} caractères",
            f"This text is over {LONGEST_TEXT} characters",
            place_id,
        )
    if Kind(kind) is Kind.OTHER and not text.strip():
        raise _refused("Ce signalement ne dit rien", "This report says nothing", place_id)
    if len(pending(home)) >= MOST_WAITING:
        raise _refused(
            f"{MOST_WAITING} signalements attendent déjà", f"{MOST_WAITING} reports are waiting already", FILE
        )
    found = Correction(secrets.token_hex(8), place_id, Kind(kind), text.strip(), contact.strip(), _now())
    line = {name: value for name, value in found.as_dict().items() if name in _OF_REPORT}
    append_line(home / FILE, {"event": "reported", **line})
    return found


_OF_REPORT: Final = ("id", "place_id", "kind", "text", "contact", "reported_at")


def corrections(home: Path) -> list[Correction]:
    """Give every report with the decision that stands, the oldest first."""
    found: dict[str, Correction] = {}
    for line in read_lines(home / FILE):
        name = line.get("id")
        if line.get("event") == "reported":
            report = _report(line)
            if report is not None:
                found.setdefault(report.id, report)
        elif isinstance(name, str) and name in found:
            found[name] = _decided(found[name], line)
    return list(found.values())


def pending(home: Path) -> list[Correction]:
    """Give the reports that wait for a decision, the oldest first."""
    return [correction for correction in corrections(home) if correction.state is State.WAITING]


def decide(
    home: Path,
    report: str,
    approve: bool,
    who: str = "",
    reason: str = "",
    changes: Mapping[str, str] | None = None,
) -> Correction:
    """Approve or refuse a report, again if need be; the place changes at the next assembly.

    Parameters
    ----------
    home
        Data folder.
    report
        Identifier of the report.
    approve
        Whether it is right.
    who, reason
        As the person wishes.
    changes
        New values of ``FIELDS``; an approval of a wrong or a new address, or of something else, needs one.
        A closed or withdrawn place is taken off, and needs none.

    Raises
    ------
    ListingError
        If there is no such report, or the approval says nothing to apply.
    """
    known = {correction.id: correction for correction in corrections(home)}
    if report not in known:
        raise _refused("Ce signalement n'existe pas", "There is no such report", report)
    wanted = {name: value.strip() for name, value in (changes or {}).items()}
    wrong = [name for name, value in wanted.items() if name not in FIELDS or len(value) > LONGEST_NAME]
    if wrong or (approve and not wanted and known[report].kind not in _REMOVING):
        raise _refused(
            "Cette approbation ne dit pas quoi écrire", "This approval does not say what to write", report
        )
    line = {
        "event": State.APPROVED.value if approve else State.REFUSED.value,
        "id": report,
        "decided_at": _now(),
        "who": who[:LONGEST_NAME],
        "reason": reason[:LONGEST_TEXT],
        "changes": wanted,
    }
    append_line(home / FILE, line)
    return _decided(known[report], line)


def apply(places: pd.DataFrame, home: Path) -> pd.DataFrame:
    """Apply the approved corrections to the places of a source.

    Parameters
    ----------
    places
        ``Tables.places``.
    home
        Data folder.

    Returns
    -------
    pandas.DataFrame
        Without the places that are closed or withdrawn. One whose address changed loses its point, which
        was that of the former address, and is found again by its postal code.
    """
    approved = [correction for correction in corrections(home) if correction.state is State.APPROVED]
    gone = [correction.place_id for correction in approved if correction.kind in _REMOVING]
    kept = places[~places["place_id"].isin(gone)].copy()
    for correction in approved:
        rows = kept["place_id"] == correction.place_id
        if correction.kind in _REMOVING or not rows.any():
            continue
        for column, value in correction.changes.items():
            kept.loc[rows, column] = value
        if set(correction.changes) - {"name"}:
            kept.loc[rows, ["longitude", "latitude"]] = float("nan")
            if "geocode_quality" in kept:
                kept.loc[rows, "geocode_quality"] = None
        kept.loc[rows, "assured_date"] = correction.decided_at[:10]
    return kept


def _report(line: Mapping[str, object]) -> Correction | None:
    values = [line.get(name) for name in _OF_REPORT]
    if not all(isinstance(value, str) for value in values) or values[2] not in list(Kind):
        return None
    report, place, kind, text, contact, when = map(str, values)
    return Correction(report, place, Kind(kind), text, contact, when)


def _decided(report: Correction, line: Mapping[str, object]) -> Correction:
    event, changes = line.get("event"), line.get("changes")
    if event not in (State.APPROVED.value, State.REFUSED.value):
        return report
    pairs = changes.items() if isinstance(changes, dict) else ()
    return Correction(
        report.id, report.place_id, report.kind, report.text, report.contact, report.reported_at,
        state=State(str(event)),
        decided_at=str(line.get("decided_at") or ""),
        who=str(line.get("who") or ""),
        reason=str(line.get("reason") or ""),
        changes={str(k): v for k, v in pairs if k in FIELDS and isinstance(v, str)},
    )  # fmt: skip


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _refused(fr: str, en: str, where: str) -> ListingError:
    return ListingError(
        Text(fr, en),
        where=where[:LONGEST_NAME],
        hint=Text(
            "choisissez ce qui ne va pas et dites-le en quelques mots",
            "choose what is wrong and say it in a few words",
        ),
    )
