"""What an import says when it is done: counts that add up, and every problem, a row each."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from etl.listings.convention import guard
from etl.listings.judgements import WITHHELD
from etl.listings.model import Entry, Origin, Problem
from etl.listings.withhold import Withheld
from geodata.text import Text

MOST_SHOWN: Final = 10_000
"""Problems that ``--json`` prints; ``problems.csv`` has them all and ``flags`` counts them all."""

PROBLEM_COLUMNS: Final = (
    "kind", "severity", "file", "row", "field", "value", "why_fr", "why_en", "todo_fr", "todo_en",
)  # fmt: skip
_REFERENCES: Final = {
    "organization_id": "organization_id", "service_id": "service_id", "location_id": "location_id",
    "ParentAgencyNum": "organization_id",
}  # fmt: skip


def problem_as_dict(problem: Problem) -> dict[str, Any]:
    """Write a problem as ``--json`` prints it."""
    return {
        "kind": problem.kind,
        "severity": problem.severity,
        "file": problem.origin.file,
        "row": problem.origin.row,
        "field": problem.field,
        "value": problem.value,
        "why": problem.why.as_dict(),
        "todo": problem.todo.as_dict(),
    }


def problem_from_row(row: Mapping[str, str]) -> Problem:
    """Read a problem back from a row of ``problems.csv``."""
    return Problem(
        row["kind"],
        "quarantine" if row["severity"] == "quarantine" else "flag",
        Origin(row["file"], int(row["row"])),
        row["field"],
        row["value"],
        Text(row["why_fr"], row["why_en"]),
        Text(row["todo_fr"], row["todo_en"]),
    )


def references(entry: Entry) -> dict[str, str]:
    """Give what a row points to, by column, so that a row about a protected place is told."""
    return {
        name: str(entry.raw[column])
        for column, name in _REFERENCES.items()
        if isinstance(entry.raw.get(column), str | int)
    }


class ProblemLog:
    """Problems on their way to ``problems.csv``, spooled so that a million of them need no memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream = path.open("w", encoding="utf-8")

    def add(self, problem: Problem, refs: Mapping[str, str] | None = None) -> None:
        """Keep one problem."""
        line = {**problem_as_dict(problem), **({"refs": dict(refs)} if refs else {})}
        self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")

    def publish(self, destination: Path, held: Withheld) -> tuple[Counter[str], list[dict[str, Any]]]:
        """Write ``problems.csv``, no value of a protected place in it; give the counts and the first ones."""
        self._stream.close()
        flags: Counter[str] = Counter()
        shown: list[dict[str, Any]] = []
        with destination.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(PROBLEM_COLUMNS)
            for problem in self._lines():
                refs = problem.pop("refs", {})
                if (problem["file"], problem["row"]) in held.origins or held.refers(refs):
                    problem["value"] = WITHHELD if problem["value"] else ""
                flags[problem["kind"]] += 1
                writer.writerow([guard(str(cell)) for cell in _cells(problem)])
                if len(shown) < MOST_SHOWN:
                    shown.append(problem)
        return flags, shown

    def _lines(self) -> Iterator[dict[str, Any]]:
        with self._path.open(encoding="utf-8") as stream:
            for line in stream:
                yield json.loads(line)


def _cells(problem: Mapping[str, Any]) -> Iterable[Any]:
    plain = [problem[name] for name in ("kind", "severity", "file", "row", "field", "value")]
    return [*plain, *(problem[key][language] for key in ("why", "todo") for language in ("fr", "en"))]


@dataclass
class ImportReport:
    """What an import did.

    Attributes
    ----------
    read, loaded, quarantined
        Rows; ``read == loaded + quarantined``, always.
    flags
        Number of problems of each kind, of both severities.
    problems
        The first 10,000, as ``--json`` prints them; all are in ``problems.csv``.
    tables
        Rows of each table of the listing.
    placed
        Number of places by quality of their coordinates.
    withheld
        Places kept out because their address protects someone.
    mapping
        As applied, for a table; else empty.
    unmapped_terms
        Terms that no category fits: ``scheme, code, label, count``.
    """

    name: str
    format: str
    out: Path
    read: int = 0
    loaded: int = 0
    quarantined: int = 0
    flags: dict[str, int] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)
    tables: dict[str, int] = field(default_factory=dict)
    placed: dict[str, int] = field(default_factory=dict)
    withheld: int = 0
    mapping: dict[str, Any] = field(default_factory=dict)
    unmapped_terms: list[dict[str, Any]] = field(default_factory=list)

    def require_balance(self) -> None:
        """Raise unless every row read is loaded or waits.

        Raises
        ------
        ArithmeticError
            Which is a fault of the program, never of a file.
        """
        if self.read != self.loaded + self.quarantined:
            raise ArithmeticError(f"{self.read} != {self.loaded} + {self.quarantined}")

    def as_dict(self) -> dict[str, Any]:
        """Write the form that ``--json`` prints."""
        return {
            "ok": True,
            "name": self.name,
            "format": self.format,
            "out": str(self.out),
            "rows": {"read": self.read, "loaded": self.loaded, "quarantined": self.quarantined},
            "flags": dict(sorted(self.flags.items())),
            "problems": self.problems,
            "problems_total": sum(self.flags.values()),
            "tables": self.tables,
            "placed": self.placed,
            "withheld": self.withheld,
            "mapping": self.mapping,
            "unmapped_terms": self.unmapped_terms,
        }
