"""Refresh the data: fetch, build, check, compare, publish; whatever fails, a good package stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from etl import history
from etl.alone import alone
from etl.attempts import note_attempts
from etl.diff import diff
from etl.drift import Verdict
from etl.ground import is_ground, structure_change
from etl.history import Event
from etl.http import Http
from etl.listed import listings_of, same_listings
from etl.listings.as_source import PREFIX
from etl.measured import measures_of
from etl.pipeline import BuildReport, Progress, SourceRead, build_from, read_source, root_of
from etl.refresh_report import RefreshReport
from etl.registry import Declaration, declaration_of, declarations
from etl.taking import FETCHED, SourceOutcome, State, Taken, Taker, folder_name, hashes_in
from geodata.errors import DriftError, ProximiteError
from geodata.package import EMBEDDED, Package, open_package
from geodata.text import Text

_STAGES: Final = 7
"""Steps after the sources are taken: four of joining, geometry, checks, comparison."""


@dataclass
class _Work:
    """One refresh at work."""

    home: Path
    base: Package
    taker: Taker
    say: Progress
    taken: dict[str, Taken] = field(default_factory=dict)

    def outcome(self, source_id: str, state: State, detail: Text) -> None:
        """Change what became of a source, which then brings nothing."""
        before = self.taken[source_id].outcome
        self.taken[source_id] = replace(
            self.taken[source_id], outcome=replace(before, state=state, detail=detail), read=None
        )

    @property
    def read(self) -> list[SourceRead]:
        """Sources with new data, in their order."""
        return [taken.read for taken in self.taken.values() if taken.read is not None]


def refresh(
    sources: Sequence[str] = (),
    *,
    home: Path,
    mirror: Path | None = None,
    http: Http | None = None,
    accept: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    offline: bool = False,
    who: str = "",
) -> RefreshReport:
    """Fetch sources, build over the last good data, check, compare and publish.

    Parameters
    ----------
    sources
        Those to refresh; where none is named, every source with a client and, with a mirror, every source
        that it holds.
    home
        The data folder; created where it is absent.
    mirror
        Folder of files at hand, for the sources that no client fetches.
    http
        How to ask; from the settings where null.
    accept
        A reason for each source whose data are taken however different they are.
    progress
        Told of each step.
    offline
        Ask nobody: take every source from the mirror.
    who
        Written in the history.

    Raises
    ------
    SelectionError
        If there is no source of a given name.
    DriftError
        If an acceptance gives no reason.
    BusyError
        If another refresh is at work in this data folder.
    OutputError
        If the data folder cannot be written.
    """
    accepted = {name: " ".join(reason.split()) for name, reason in (accept or {}).items()}
    _require_reasons(accepted)
    chosen = _chosen(sources, accepted, mirror, offline)
    with alone(home):
        history.recover(home)
        base = _whole_base(home)
        asked = None if offline else http or Http.from_settings()
        taker = Taker(home, mirror, asked, base, measures_of(base), accepted)
        work = _Work(home, base, taker, progress or (lambda _name, _done, _all: None))
        _take(work, chosen)
        return _finish(work, who, require_change=False)


def publish_listings(home: Path, *, progress: Progress | None = None, who: str = "") -> RefreshReport:
    """Take imported listings, decisions and corrections into the package, without fetching anything.

    Raises
    ------
    BusyError, OutputError, ProximiteError
        As ``refresh``.
    """
    with alone(home):
        history.recover(home)
        base = _whole_base(home)
        taker = Taker(home, None, None, base, measures_of(base))
        work = _Work(home, base, taker, progress or (lambda _name, _done, _all: None))
        return _finish(work, who, require_change=True)


def _require_reasons(accept: Mapping[str, str]) -> None:
    for name, reason in accept.items():
        declaration_of(name)
        if not reason:
            raise DriftError(
                Text("Une acceptation demande une raison", "An acceptance needs a reason"),
                where=name,
                hint=Text(
                    f"écrivez « --accept {name}=RAISON » ; elle sera gardée dans l'historique",
                    f"write “--accept {name}=REASON”; it will be kept in the history",
                ),
            )


def _chosen(
    sources: Sequence[str], accept: Mapping[str, str], mirror: Path | None, offline: bool
) -> list[Declaration]:
    if sources:
        named = {declaration_of(name).id for name in (*sources, *accept)}
        return [declaration for declaration in declarations() if declaration.id in named]
    roots = [mirror] if mirror else []
    return [
        declaration
        for declaration in declarations()
        if (declaration.live is not None and not offline) or root_of(declaration, roots) is not None
    ]


def _whole_base(home: Path) -> Package:
    """Open the current package, or the one that comes with the program if it is damaged."""
    try:
        package = open_package(history.current_path(home))
        history.require_whole(package)
        return package
    except ProximiteError:
        embedded = open_package(EMBEDDED)
        history.require_whole(embedded)
        return embedded


def _take(work: _Work, chosen: Sequence[Declaration]) -> None:
    steps = len(chosen) + _STAGES
    for done, declaration in enumerate(chosen):
        name = declaration.id
        work.say(name, done, steps)
        work.taken[name] = work.taker.take(declaration, _within(work.say, name, done, steps))


def _within(say: Progress, source: str, done: int, steps: int) -> Callable[[str, int, int], None]:
    """Tell of the files of a source without moving the steps of the refresh."""

    def told(name: str, part: int, whole: int) -> None:
        share = f" {100 * part // whole} %" if whole else ""
        say(f"{source} · {name}{share}", done, steps)

    return told


def _finish(work: _Work, who: str, *, require_change: bool) -> RefreshReport:
    """Build with what was taken, publish it and write down what happened."""
    reads, ground = _with_ground(work)
    listings, unread = listings_of(work.home)
    for name, why in unread.items():
        work.taken[name] = Taken(SourceOutcome(name, "failed", None, why))
    gone = _withdrawn_listings(work, listings)
    for listing in listings:
        name = listing.declaration.id
        if hashes_in(work.base, name) != listing.report.sha256:
            detail = Text("liste importée", "imported listing")
            work.taken[name] = Taken(SourceOutcome(name, "fetched", Verdict.OK, detail))
    nothing = not reads and not gone and same_listings(work.base, listings, [*unread]) and not require_change
    built = None if nothing else _build(work, reads, ground, listings)
    report = _publish(work, built, who, require_change)
    note_attempts(work.home, report.sources, {n: t.live for n, t in work.taken.items()})
    return report


def _with_ground(work: _Work) -> tuple[list[SourceRead], bool]:
    """Give the sources to build with; and whether they make a whole package by themselves.

    Names and shapes are taken over a package; what the areas belong to is only built whole: with a part of
    it anew, figures would be carried up to territories that are no longer those.
    """
    reads = work.read
    changes = {
        read.declaration.id: change
        for read in reads
        if is_ground(read.tables)
        and (change := structure_change(work.base, read.declaration, read.tables)) is not None
    }
    if not changes:
        return reads, False
    new = {read.declaration.id: read for read in reads}
    roots = {d.id: _good_root(work, d) for d in declarations() if d.id not in new}
    missing = [name for name, root in roots.items() if root is None and not declaration_of(name).optional]
    carried = [n for n, root in roots.items() if root is None and n in work.base.sources]
    if missing or carried:
        listed = ", ".join(sorted({*missing, *carried})[:6])
        for name, change in changes.items():
            work.outcome(
                name,
                "waiting",
                Text(
                    f"{change.fr} ; la géographie n'est refaite qu'en entier, et il manque les fichiers "
                    f"de {listed}",
                    f"{change.en}; geography is only rebuilt whole, and the files of {listed} are missing",
                ),
            )
        return work.read, False
    every = []
    for declaration in declarations():
        root = roots.get(declaration.id)
        if declaration.id in new:
            every.append(new[declaration.id])
        elif root is not None:
            every.append(read_source(declaration, root))
    return every, True


def _good_root(work: _Work, declaration: Declaration) -> Path | None:
    """Find the files that the last good data of a source came from, else those of the mirror."""
    hashes = hashes_in(work.base, declaration.id)
    roots = [work.home / FETCHED / declaration.id / folder_name(hashes)] if hashes else []
    return root_of(declaration, [*roots, *([work.taker.mirror] if work.taker.mirror else [])])


def _withdrawn_listings(work: _Work, listings: Sequence[SourceRead]) -> list[str]:
    present = {read.declaration.id for read in listings} | set(work.taken)
    gone = [name for name in work.base.sources if name.startswith(PREFIX) and name not in present]
    for name in gone:
        detail = Text("la liste a été retirée du dossier", "the listing was taken out of the folder")
        work.taken[name] = Taken(SourceOutcome(name, "withdrawn", Verdict.OK, detail))
    return gone


def _build(
    work: _Work, reads: Sequence[SourceRead], whole: bool, listings: Sequence[SourceRead]
) -> BuildReport | None:
    """Build with everything; where that fails, find the sources that it fails with and go without."""
    try:
        return _build_once(work, reads, whole, listings)
    except ProximiteError as failure:
        if not reads:
            raise
        asked = [read for read in reads if read.declaration.id in work.taken]
        # Geography that does not hold is left as it was; of several others, each is tried alone.
        others = [read for read in asked if not (whole and is_ground(read.tables))]
        alone_in_cause = len(asked) == 1
        good = [] if alone_in_cause else [r for r in others if _holds(work, r, listings)]
        _blame(work, {r.declaration.id for r in asked} - {r.declaration.id for r in good}, failure)
        if not good and same_listings(work.base, listings, [*work.taken]):
            return None
        return _build_once(work, good, False, listings)


def _build_once(
    work: _Work, reads: Sequence[SourceRead], whole: bool, listings: Sequence[SourceRead]
) -> BuildReport:
    anew = {read.declaration.id for read in (*reads, *listings)}
    withdrawn = {name for name, taken in work.taken.items() if taken.outcome.state == "withdrawn"}
    kept = frozenset(work.base.sources) - anew - withdrawn
    offset = len(work.taken)

    def say(name: str, done: int, every: int) -> None:
        # The sources were counted when they were taken; only the stages of the build remain.
        stage = max(0, done - (every - (_STAGES - 1)))
        work.say(name, offset + stage, offset + _STAGES)

    return build_from(
        [*reads, *listings],
        history.building(work.home),
        say,
        base=None if whole else work.base,
        kept=kept,
        home=work.home,
    )


def _holds(work: _Work, read: SourceRead, listings: Sequence[SourceRead]) -> bool:
    """Say whether a package can be built with this source alone anew."""
    try:
        _build_once(work, [read], False, listings)
    except ProximiteError as failure:
        _blame(work, {read.declaration.id}, failure)
        return False
    return True


def _blame(work: _Work, names: set[str], failure: ProximiteError) -> None:
    for name in names:
        if work.taken[name].outcome.state == "fetched":
            french, english = failure.sentence("fr").rstrip("."), failure.sentence("en").rstrip(".")
            work.outcome(name, "failed", Text(french, english))


def _publish(work: _Work, built: BuildReport | None, who: str, require_change: bool) -> RefreshReport:
    """Point at the new package, where there is one, and write the history."""
    outcomes = tuple(taken.outcome for taken in work.taken.values())
    for outcome in outcomes:
        if outcome.state == "refused":
            event = Event("refuse", history.now(), sources=(outcome.id,), summary=outcome.detail, who=who)
            history.record(work.home, event)
    others = [name for name in work.base.sources if name not in work.taken]
    kept = Text("n'a pas été demandée", "was not asked for")
    every = (*outcomes, *(SourceOutcome(name, "kept", None, kept) for name in others))
    same = built is not None and (
        built.package.manifest["content_sha256"] == work.base.manifest["content_sha256"]
    )
    if built is None or (require_change and same):
        return RefreshReport(False, work.base.path, _id(work.base), every)
    work.say("diff", len(work.taken) + _STAGES - 1, len(work.taken) + _STAGES)
    difference = diff(work.base, built.package)
    for outcome in outcomes:
        if outcome.accepted_reason:
            reason = outcome.accepted_reason
            event = Event("accept", history.now(), sources=(outcome.id,), reason=reason, who=who)
            history.record(work.home, event)
    published = history.publish(
        work.home,
        built.package,
        Event(
            "publish",
            history.now(),
            sources=tuple(o.id for o in outcomes if o.state in ("fetched", "withdrawn")),
            who=who,
            summary=difference.summary(),
            difference=difference.counts,
        ),
    )
    path = history.path_of(work.home, published.package)
    named = {**difference.after, "package": published.package}
    before = {**difference.before, "package": published.previous}
    difference = replace(difference, before=before, after=named)
    work.say("done", len(work.taken) + _STAGES, len(work.taken) + _STAGES)
    return RefreshReport(True, path, _id(built.package), every, difference, tuple(built.checks))


def _id(package: Package) -> str:
    return str(package.manifest["content_sha256"])[:16]
