"""Take the new files of one source: fetch, read, compare with the last good ones."""

from __future__ import annotations

import importlib
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd

from etl.drift import Drift, Verdict, compare, compare_places, worst
from etl.fetch import Store
from etl.history import unwritable
from etl.http import Http
from etl.live import FetchContext, LiveFiles
from etl.measured import Measures
from etl.pipeline import SourceRead, hashes_of, read_source, root_of
from etl.registry import Declaration
from geodata.errors import FetchError, ProximiteError
from geodata.model import GeocodeQuality
from geodata.package import Package
from geodata.text import Text

State = Literal["fetched", "unchanged", "failed", "kept", "refused", "withdrawn", "waiting"]

FETCHED: Final = "fetched"


@dataclass(frozen=True)
class SourceOutcome:
    """What became of one source in a refresh.

    Attributes
    ----------
    state
        ``fetched`` (new data are in the package), ``unchanged``, ``failed``, ``kept`` (not asked),
        ``refused`` (too different, waits for a person), ``withdrawn`` (a listing that was taken away) or
        ``waiting`` (geography that is not complete yet). In all but ``fetched`` and ``withdrawn`` the
        package keeps the last good data.
    detail
        Why, in a clause.
    live
        Whether the publisher's own host gave the files, not a relay or a folder.
    """

    id: str
    state: State
    verdict: Verdict | None
    detail: Text
    drifts: tuple[Drift, ...] = ()
    accepted_reason: str | None = None
    live: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Write the form that ``--json`` prints."""
        return {
            "id": self.id,
            "state": self.state,
            "verdict": self.verdict.value if self.verdict else None,
            "detail": self.detail.as_dict(),
            "drifts": [drift.as_dict() for drift in self.drifts],
            "accepted_reason": self.accepted_reason,
            "live": self.live,
        }


@dataclass(frozen=True)
class Taken:
    """A source as it was taken: what became of it, and what to build with."""

    outcome: SourceOutcome
    read: SourceRead | None = None
    live: LiveFiles | None = None


@dataclass(frozen=True)
class Taker:
    """What is needed to take any source.

    Attributes
    ----------
    home
        The data folder; new files are laid in ``fetched/<source>/<hash>``.
    mirror
        Folder of files at hand, for the sources that no client fetches.
    http
        How to ask; null takes every source from the mirror.
    base
        The package with the last good data.
    measures
        Its files in a few numbers.
    accept
        Reasons of a person for taking data that differ too much, by source.
    """

    home: Path
    mirror: Path | None
    http: Http | None
    base: Package
    measures: Mapping[str, Measures]
    accept: Mapping[str, str] = field(default_factory=dict)

    def take(self, declaration: Declaration, say: Callable[[str, int, int], None]) -> Taken:
        """Take one source; a failure is an outcome, not an error."""
        try:
            return self._take(declaration, say)
        except ProximiteError as failure:
            detail = Text(failure.sentence("fr").rstrip("."), failure.sentence("en").rstrip("."))
        except Exception as failure:
            # A client meets whatever a service answers: one source must not stop the others.
            reason = f"{type(failure).__name__}: {failure}"[:300]
            detail = Text(
                f"la réponse n'a pas la forme attendue, {reason}", f"the answer is not as expected, {reason}"
            )
        return Taken(SourceOutcome(declaration.id, "failed", None, detail))

    def _take(self, declaration: Declaration, say: Callable[[str, int, int], None]) -> Taken:
        root, live = self._files(declaration, say)
        hashes = hashes_of(declaration, root)
        verified = live is not None and came_from_the_publisher(live)
        if hashes == hashes_in(self.base, declaration.id):
            detail = Text("mêmes fichiers que la dernière fois", "same files as the last time")
            outcome = SourceOutcome(declaration.id, "unchanged", Verdict.OK, detail, live=verified)
            return Taken(outcome, live=live)
        read = read_source(as_fetched(declaration, live, verified), root)
        if live is not None:
            read.report.notes.extend(live.notes)
        drifts = drifts_of(read, self.base, self.measures.get(declaration.id, {}))
        return self._judged(replace(read, frames={}), live, verified, drifts)

    def _judged(self, read: SourceRead, live: LiveFiles | None, verified: bool, drifts: list[Drift]) -> Taken:
        verdict, name = worst(drifts), read.declaration.id
        reason = " ".join(self.accept.get(name, "").split()) or None
        told = tuple(sorted(drifts, key=lambda d: list(Verdict).index(d.verdict), reverse=True))
        if verdict is Verdict.REFUSAL and reason is None:
            detail = Text(
                f"trop différent du dernier, {told[0].detail.fr} ; pour le prendre quand même : "
                f"« proximite refresh {name} --accept {name}=RAISON »",
                f"too different from the last, {told[0].detail.en}; to take it all the same: "
                f"“proximite refresh {name} --accept {name}=REASON”",
            )
            return Taken(SourceOutcome(name, "refused", verdict, detail, told, live=verified), live=live)
        detail = Text("nouvelles données", "new data")
        if verdict is not Verdict.OK:
            detail = Text(f"nouvelles données, {told[0].detail.fr}", f"new data, {told[0].detail.en}")
        accepted = reason if verdict is Verdict.REFUSAL else None
        return Taken(SourceOutcome(name, "fetched", verdict, detail, told, accepted, verified), read, live)

    def _files(
        self, declaration: Declaration, say: Callable[[str, int, int], None]
    ) -> tuple[Path, LiveFiles | None]:
        """Lay out the new files of a source and give the folder that holds them."""
        if declaration.live is not None and self.http is not None:
            return self._fetched(declaration, self.http, say)
        root = root_of(declaration, [self.mirror] if self.mirror else [])
        if root is None:
            raise FetchError(
                Text("Aucun service ne donne cette source", "No service gives this source"),
                where=declaration.id,
                hint=Text(
                    "déposez ses fichiers dans un dossier et nommez-le avec « --mirror »",
                    "put its files in a folder and name it with “--mirror”",
                ),
            )
        return root, None

    def _fetched(
        self, declaration: Declaration, http: Http, say: Callable[[str, int, int], None]
    ) -> tuple[Path, LiveFiles]:
        folder = self.home / FETCHED / declaration.id
        partial = folder / f".{secrets.token_hex(4)}.partial"
        try:
            partial.mkdir(parents=True)
            live = live_client(declaration)(FetchContext(http, Store(self.home), partial, say))
            root = root_of(declaration, [partial])
            if root is None:
                raise FetchError(
                    Text("Un fichier attendu n'est pas venu", "An expected file did not come"),
                    where=", ".join(f.path for f in declaration.files),
                    hint=Text("réessayez plus tard", "try again later"),
                )
            kept = folder / folder_name(hashes_of(declaration, partial))
            if root_of(declaration, [kept]) is None:
                shutil.rmtree(kept, ignore_errors=True)
                partial.rename(kept)
            return kept, live
        except OSError as failure:
            if isinstance(failure, ProximiteError):
                raise
            raise unwritable(folder, failure) from failure
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def live_client(declaration: Declaration) -> Callable[[FetchContext], LiveFiles]:
    """Load the function that fetches a source."""
    module = importlib.import_module(f"etl.sources.{declaration.id}.live")
    function: Callable[[FetchContext], LiveFiles] = module.fetch
    return function


def folder_name(hashes: Mapping[str, str]) -> str:
    """Give the name of the folder of some files, from their hashes."""
    lines = "".join(f"{name} {hashes[name]}\n" for name in sorted(hashes))
    return sha256(lines.encode()).hexdigest()[:12]


def hashes_in(package: Package, source_id: str) -> dict[str, str]:
    """Give the hashes of the files that a package was made from; none without the source."""
    source = package.sources.get(source_id)
    return {f["name"]: f["sha256"] for f in source.files} if source else {}


def came_from_the_publisher(live: LiveFiles) -> bool:
    """Say whether every file came over https from the publisher's own host, and not through a relay."""
    files = live.retrieved
    return bool(files) and all(not f.via and f.url.startswith("https://") for f in files)


def as_fetched(declaration: Declaration, live: LiveFiles | None, verified: bool) -> Declaration:
    """Put in a declaration what is true of the files just fetched: their date, their credit, their reach.

    Parameters
    ----------
    declaration
        Of the copy that the program knows.
    live
        What was fetched; the declaration stays as it is where null.
    verified
        Whether the publisher's own host gave it.
    """
    if live is None:
        return declaration
    source = declaration.source
    vintage = live.vintage or source.vintage
    said = declaration.live
    dated = replace(
        source,
        vintage=vintage,
        reference_date=live.reference_date or source.reference_date,
        verified_live=datetime.now(UTC).date().isoformat() if verified else source.verified_live,
        title=said.title.text if said and said.title else source.title,
        attribution=said.attribution.text if said and said.attribution else source.attribution,
        caveat=said.caveat.text if said and said.caveat else source.caveat,
        condition=said.condition if said and said.condition else source.condition,
    )
    indicators = tuple(
        replace(
            indicator,
            vintage=vintage if indicator.vintage == source.vintage else indicator.vintage,
            caveat=dated.caveat if indicator.caveat == source.caveat else indicator.caveat,
        )
        for indicator in declaration.indicators
    )
    area = tuple(said.area) if said and said.area is not None else declaration.area
    return replace(declaration, source=dated, indicators=indicators, area=area)


def drifts_of(read: SourceRead, base: Package, measures: Measures) -> list[Drift]:
    """Compare a source just read with the data that a package holds of it."""
    limits = read.declaration.drift
    drifts = compare(measures, read.measures, read.frames, limits)
    was = base.locations[base.locations["source_id"] == read.declaration.id].set_index("id")
    if read.tables.places is not None and len(was):
        now = read.tables.places.drop_duplicates("place_id").set_index("place_id")
        drifts.extend(compare_places(_where_published(was), now, limits))
    return drifts


def _where_published(locations: pd.DataFrame) -> pd.DataFrame:
    """Leave out the coordinates that came from a postal code: their publisher gave none."""
    exact = locations["geocode_quality"].eq(GeocodeQuality.ROOFTOP.value)
    points = ["longitude", "latitude"]
    return locations.assign(**{column: locations[column].where(exact) for column in points})
