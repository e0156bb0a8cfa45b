"""Bring in a listing, in whatever shape it comes: read, judge, hide, place, write; nothing is lost."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from etl.http import Http
from etl.listings.classify import categories_of
from etl.listings.finish import Finisher, marks_of
from etl.listings.folder import (
    MAPPING,
    PROBLEMS,
    QUARANTINE,
    QUARANTINE_TABLE,
    WITHHELD,
    staging,
    write_facts,
)
from etl.listings.geocode import Gazetteer
from etl.listings.judgements import judgement
from etl.listings.mapping import Mapping, write_mapping
from etl.listings.model import Entry, Origin
from etl.listings.protect import protection_of_row
from etl.listings.quarantine import QuarantineLog
from etl.listings.reading import Opened, open_listing
from etl.listings.remote import fetch_listing, is_address
from etl.listings.report import ImportReport, ProblemLog, references
from etl.listings.spool import Spool
from etl.listings.validate import check_values
from etl.listings.withhold import Withheld, as_counts, close_over, count, mark
from geodata.errors import ListingError
from geodata.package import EMBEDDED, Package, open_package
from geodata.text import Text

Progress = Callable[[str, int, int], None]
"""Stage, rows done, rows in all (0 where unknown)."""

_EVERY: Final = 5_000
UNDECLARED: Final = "undeclared"

_CORRECTION: Final = Text(
    "Un organisme peut demander que sa fiche soit corrigée ou retirée : « Signaler une erreur », sur la fiche"
    " du lieu, ou un message à {contact}. La demande est examinée avant la prochaine mise à jour.",
    "An organisation can ask for its entry to be corrected or withdrawn: “Report an error”, on the place's"
    " card, or a message to {contact}. The request is examined before the next update.",
)
_NO_CONTACT: Final = Text("la table qui publie cette carte", "the round table that publishes this map")


@dataclass(frozen=True, slots=True)
class Details:
    """What the file does not say of itself.

    Parameters
    ----------
    name
        Of the listing; the file's own by default.
    licence
        Identifier of a licence; an undeclared one is not redistributable.
    contact
        Whom an organisation writes to about its entry.
    source_date
        ISO date of the listing, where its rows have none.
    coverage
        Identifiers of the territories that the listing covers wholly; empty where undeclared.
    """

    name: str = ""
    licence: str = UNDECLARED
    contact: str = ""
    source_date: str = ""
    coverage: tuple[str, ...] = ()


def import_listing(
    source: Path | str,
    out: Path,
    *,
    format: str = "auto",
    mapping: Mapping | None = None,
    package: Package | None = None,
    progress: Progress | None = None,
    details: Details | None = None,
    http: Http | None = None,
) -> ImportReport:
    """Read a listing and write its folder.

    Parameters
    ----------
    source
        A file, a folder, or an http(s) address.
    out
        Folder of the listing; replaced only when all is done.
    format
        ``auto``, ``hsds``, ``airs``, ``icarol``, ``table`` or ``osm``.
    mapping
        For a table; guessed by default.
    package
        Where addresses, codes and towns are known from; the embedded one by default.
    progress
        Called now and then with the stage and the number of rows.
    details
        What the file does not say of itself.
    http
        Client for an address; a guarded one by default.

    Raises
    ------
    ListingError
        If the source is unreadable as a whole.
    FetchError, AddressError
        If the address does not answer, or is refused.
    OutputError
        If ``out`` holds something else than a listing.
    """
    with staging(out) as folder:
        work = folder / "work"
        work.mkdir(mode=0o700)
        text = str(source)
        path = fetch_listing(text, work / "fetched", http) if is_address(text) else Path(source)
        opened = open_listing(path, format, mapping)
        run = Run(work, progress)
        for entry in opened.entries:
            run.take(entry)
        if not run.read:
            raise _without_rows(path.name)
        facts = _facts(text if is_address(text) else path.name, path, opened, details or Details())
        report = run.finish(folder, facts, package, opened.mapping)
        report.out = out
    return report


def _without_rows(name: str) -> ListingError:
    return ListingError(
        Text("Cette liste n'a aucune ligne", "This listing has no row"),
        where=name,
        hint=Text(
            "donnez un fichier qui en a ; la liste déjà en place reste telle quelle",
            "give a file that has some; the listing already in place stays as it is",
        ),
    )


def _facts(source: str, path: Path, opened: Opened, details: Details) -> dict[str, Any]:
    contact = details.contact
    return {
        "name": details.name or Path(source.rstrip("/")).stem or source,
        "format": opened.format,
        "source": source,
        "sha256": sha256_of(path),
        "licence": details.licence or UNDECLARED,
        "source_date": details.source_date,
        "coverage": list(details.coverage),
        "contact": contact,
        "correction": {
            "fr": _CORRECTION.fr.format(contact=contact or _NO_CONTACT.fr),
            "en": _CORRECTION.en.format(contact=contact or _NO_CONTACT.en),
        },
        "imported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "mapping": opened.mapping.as_dict() if opened.mapping else {},
        "replays": [],
    }


def sha256_of(path: Path) -> str:
    """Give the hash of a file, or of the files of a folder in order."""
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            with file.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest() if path.is_dir() else b"")
                for chunk in iter(lambda: stream.read(1 << 20), b"") if not path.is_dir() else ():
                    digest.update(chunk)
    return digest.hexdigest()


@dataclass
class _Protected:
    """Rows that could not be read and name a protected place: counted, and nothing more is kept of them."""

    origins: set[tuple[str, int]] = field(default_factory=set)
    places: list[tuple[dict[str, str], str]] = field(default_factory=list)


class Run:
    """One import on its way.

    Parameters
    ----------
    work
        Folder for what is spooled; it goes away at the end.
    progress
        Called every 5,000 rows.
    """

    def __init__(self, work: Path, progress: Progress | None = None) -> None:
        self._progress = progress or (lambda *_: None)
        self._work = work
        self.spool = Spool(work / "spool")
        self.problems = ProblemLog(work / "problems.jsonl")
        self.quarantine = QuarantineLog(work / "quarantine.jsonl")
        self._protected = _Protected()
        self._swapped: set[tuple[str, int]] = set()
        self._former: Counter[tuple[str, str]] = Counter()
        self.read = 0
        self.waiting = 0

    def take(self, entry: Entry) -> None:
        """Judge one row and keep it: with the others, or in quarantine."""
        self.read += 1
        if self.read % _EVERY == 0:
            self._progress("lecture", self.read, 0)
        check_values(entry)
        for service in entry.services:
            if not service.get("categories"):
                service["categories"] = categories_of(
                    service.get("terms") or [], service.get("name") or "", service.get("description") or ""
                )
        mark(entry)
        origin = (entry.origin.file, entry.origin.row)
        if entry.quarantined:
            protection, where = protection_of_row(entry.raw)
            if protection is None:
                self.waiting += 1
                self.quarantine.add(entry)
            else:
                self._protected.origins.add(origin)
                self._protected.places.append((where, protection.value))
        else:
            self.spool.add(entry)
        refs = references(entry) if entry.problems else None
        for found in entry.problems:
            if found.kind == "swapped_coordinates":
                self._swapped.add(origin)
            self.problems.add(found, refs)

    def add_withheld(self, counts: Counter[tuple[str, str]]) -> None:
        """Add places kept out by an earlier run of the same listing, by region and protection."""
        self._former.update(counts)

    def finish(
        self, folder: Path, facts: dict[str, Any], package: Package | None, mapping: Mapping | None
    ) -> ImportReport:
        """Write the listing in ``folder`` and say what was done."""
        self.spool.close()
        gazetteer = Gazetteer(package or open_package(EMBEDDED))
        marks = marks_of(self.spool)
        held = close_over(marks)
        withheld = self._count(count(marks, held, gazetteer), gazetteer)
        held.origins |= self._protected.origins
        protected = self.quarantine.publish(folder / QUARANTINE, folder / QUARANTINE_TABLE, held)
        held.origins |= set(protected)
        finisher = self._write(folder, held, gazetteer)
        for file, row in sorted(held.origins - {("", 0)}):
            self.problems.add(judgement("confidential", Origin(file, row)))
        for found in finisher.problems:
            self.problems.add(found)
        flags, shown = self.problems.publish(folder / PROBLEMS, held)
        withheld.to_parquet(folder / WITHHELD, index=False)
        waiting = self.waiting - len(protected)
        report = ImportReport(
            name=facts["name"],
            format=facts["format"],
            out=folder,
            read=self.read,
            loaded=self.read - waiting,
            quarantined=waiting,
            flags=dict(sorted(flags.items())),
            problems=shown,
            tables=finisher.tables,
            placed=finisher.placed,
            withheld=int(withheld["count"].sum()),
            mapping=facts["mapping"],
            unmapped_terms=finisher.unmapped,
        )
        report.require_balance()
        self._publish(folder, facts, report, mapping)
        return report

    def _write(self, folder: Path, held: Withheld, gazetteer: Gazetteer) -> Finisher:
        self._progress("placement", self.read, self.read)
        finisher = Finisher(self.spool, held, gazetteer, self._swapped)
        finisher.write(folder)
        return finisher

    def _count(self, counted: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
        """Add the protected rows that could not be read to the counts."""
        total = Counter(self._former)
        for region, kind, number in counted.itertuples(index=False, name=None):
            total[region, kind] += number
        total.update((gazetteer.rss_of(dict(where)), kind) for where, kind in self._protected.places)
        return as_counts(total)

    def _publish(
        self, folder: Path, facts: dict[str, Any], report: ImportReport, mapping: Mapping | None
    ) -> None:
        said = report.as_dict()
        kept = ("rows", "flags", "tables", "placed", "withheld", "unmapped_terms")
        write_facts(folder, {**facts, **{name: said[name] for name in kept}})
        if mapping is not None:
            (folder / MAPPING).write_text(write_mapping(mapping), "utf-8")
        shutil.rmtree(self._work)
