"""Play quarantined rows again once fixed: those that pass join the listing, the others stay."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from etl.listings.convention import unguard
from etl.listings.folder import (
    LISTING,
    MAPPING,
    PROBLEMS,
    QUARANTINE,
    QUARANTINE_TABLE,
    WITHHELD,
    read_facts,
    read_tables,
    staging,
)
from etl.listings.importer import Run
from etl.listings.mapping import Mapping as ColumnMapping
from etl.listings.mapping import read_mapping
from etl.listings.model import Entry
from etl.listings.quarantine import Waiting, read_fixed, read_lines
from etl.listings.report import ImportReport, problem_from_row
from etl.listings.rows_again import entries_again
from geodata.package import Package

_FILLABLE: Final = (
    "alternate_name", "description", "email", "website", "url", "phone", "fees", "eligibility", "schedule",
    "address", "city", "province", "postal_code", "country", "languages", "terms",
)  # fmt: skip
"""Columns that a completing row may fill in an entity that is already loaded."""
_EMPTY: Final = frozenset({"", "[]", "{}"})


def replay(folder: Path, fixed: Path | None = None, *, package: Package | None = None) -> ImportReport:
    """Play the waiting rows of a listing again.

    Parameters
    ----------
    folder
        Of the listing; replaced only when all is done.
    fixed
        ``quarantine.csv`` (or ``.jsonl``) as a person fixed it; the one of the folder by default.
    package
        Where addresses, codes and towns are known from.

    Returns
    -------
    ImportReport
        Of the whole listing: ``read`` is what the first import read, and
        ``loaded + quarantined`` is still that.

    Raises
    ------
    ListingError
        If the folder is no listing, or the fixed file has lost ``_file`` and ``_row``.
    """
    facts = read_facts(folder)
    waiting = list(read_lines(folder / QUARANTINE))
    rows = read_fixed(fixed or folder / QUARANTINE_TABLE, waiting)
    mapping = read_mapping(folder / MAPPING) if (folder / MAPPING).is_file() else None
    with staging(folder) as new:
        work = new / "work"
        work.mkdir(mode=0o700)
        run = Run(work)
        tables = read_tables(folder)
        done = list(entries_again(facts["format"], rows, tables, mapping, work / "again"))
        _keep_loaded(run, tables, done)
        _keep_problems(run, folder, rows)
        for entry, known in done:
            if not known:
                run.take(entry)
        return _finished(run, new, folder, facts, package, mapping)


def _keep_loaded(run: Run, tables: Mapping[str, pd.DataFrame], done: list[tuple[Entry, bool]]) -> None:
    """Keep what is already loaded, with what completing rows now add to it."""
    added = _additions(done)
    for table, frame in tables.items():
        for row in frame.astype(object).where(frame.notna(), None).to_dict("records"):
            named = {str(column): value for column, value in row.items()}
            extra = added.get((table, str(named["id"])), {})
            for column, value in extra.items():
                if named.get(column) in _EMPTY:
                    named[column] = value
            run.spool.add_row(table, named)


def _additions(done: list[tuple[Entry, bool]]) -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for entry, known in done:
        if not known:
            continue
        for table in ("organizations", "services", "locations"):
            for entity in getattr(entry, table):
                said = {c: _text(entity[c]) for c in _FILLABLE if entity.get(c)}
                found[table, str(entity["id"])] = said
    return found


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _keep_problems(run: Run, folder: Path, rows: list[Waiting]) -> None:
    """Keep the problems of the rows that are loaded; those played again say theirs anew."""
    played = {(row["file"], row["row"]) for row in rows}
    with (folder / PROBLEMS).open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            found = problem_from_row({name: unguard(cell) for name, cell in row.items()})
            if (found.origin.file, found.origin.row) not in played:
                run.problems.add(found)


def _finished(
    run: Run,
    new: Path,
    folder: Path,
    facts: dict[str, Any],
    package: Package | None,
    mapping: ColumnMapping | None,
) -> ImportReport:
    before = facts["rows"]
    played = run.read
    run.read = before["read"]
    former = pd.read_parquet(folder / WITHHELD)
    run.add_withheld(Counter({(r, c): n for r, c, n in former.itertuples(index=False, name=None)}))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    report = run.finish(new, facts, package, mapping)
    facts = json.loads((new / LISTING).read_text("utf-8"))
    event = {"at": now, "played": played, "passed": before["quarantined"] - report.quarantined}
    facts["replays"] = [*facts["replays"], event]
    (new / LISTING).write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")
    report.out = folder
    return report
