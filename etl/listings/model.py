"""What every listing becomes: entries, each with what it says and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from geodata.text import Text

Severity = Literal["quarantine", "flag"]
"""``quarantine``: the row waits to be fixed. ``flag``: the row is loaded and a person should look at it."""

ORGANIZATION_COLUMNS: Final = (
    "id", "name", "alternate_name", "description", "email", "website", "phone", "assured_date", "extra",
)  # fmt: skip
LOCATION_COLUMNS: Final = (
    "id", "organization_id", "name", "description", "address", "city", "province", "postal_code", "country",
    "longitude", "latitude", "geocode_quality", "assured_date", "extra",
)  # fmt: skip
SERVICE_COLUMNS: Final = (
    "id", "organization_id", "name", "alternate_name", "description", "url", "email", "phone", "status",
    "fees", "eligibility", "application_process", "schedule", "languages", "terms", "categories",
    "assured_date", "last_modified", "extra",
)  # fmt: skip
LINK_COLUMNS: Final = ("id", "service_id", "location_id")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry stands.

    Parameters
    ----------
    file
        Name of the file, inside its folder or archive.
    row
        1 for the first record; the line of a table is this plus its header.
    """

    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one entry, in words that a person can act on.

    Parameters
    ----------
    kind
        Stable key, such as ``orphan_service``; counted in the report.
    field, value
        The column and what it holds, cut to 200 characters; both empty where an address protects someone.
    why, todo
        Clauses without a final period.
    """

    kind: str
    severity: Severity
    origin: Origin
    field: str
    value: str
    why: Text
    todo: Text


@dataclass(slots=True)
class Entry:
    """One row of a listing: the unit that is read, then loaded or quarantined, never lost.

    Values are plain strings, but ``longitude`` and ``latitude`` (float degrees or null), ``terms`` (list of
    ``{"scheme", "code", "label"}``), ``languages`` and ``categories`` (lists of str) and ``extra`` (dict of
    what the columns do not hold, so that an export gives it back). A row that only completes another (a
    phone, an address) has no entity of its own.

    Attributes
    ----------
    raw
        The row as it came, to wait in quarantine and be played again.
    """

    origin: Origin
    raw: dict[str, Any]
    organizations: list[dict[str, Any]] = field(default_factory=list)
    locations: list[dict[str, Any]] = field(default_factory=list)
    services: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def quarantined(self) -> bool:
        """Whether the row waits to be fixed."""
        return any(problem.severity == "quarantine" for problem in self.problems)
