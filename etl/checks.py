"""Recompute every invariant of a package and compare it with published totals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from etl import invariants
from etl.registry import CheckDeclaration, Declaration, declarations
from etl.territories import PARTITIONS
from geodata.errors import ConservationError, ProximiteError
from geodata.membership import require_partition
from geodata.model import Indicator, Level, Status
from geodata.package import MANIFEST, Package, content_sha256, file_sha256
from geodata.schemas import SCHEMAS, validate
from geodata.text import Text

Verdict = Literal["ok", "failed", "not_comparable"]

_TABLES: Final = tuple(SCHEMAS)


@dataclass(frozen=True)
class CheckResult:
    """One invariant and whether it holds."""

    id: str
    verdict: Verdict
    detail: Text

    @property
    def passed(self) -> bool:
        """Whether the check leaves the package usable; another vintage is no failure."""
        return self.verdict != "failed"

    def as_dict(self) -> dict[str, Any]:
        """Write the form that ``--json`` prints."""
        return {"id": self.id, "verdict": self.verdict, "detail": self.detail.as_dict()}


def check_package(package: Package) -> list[CheckResult]:
    """Run every check on a package as it lies on disk."""
    results = [check_one(name, package) for name in GENERAL]
    if any(result.verdict == "failed" for result in results[:2]):
        return results
    present = [declaration for declaration in declarations() if declaration.id in package.sources]
    return results + [r for declaration in present for r in _published(package, declaration)]


def require_passed(results: Iterable[CheckResult]) -> None:
    """Raise on the first check that failed.

    Raises
    ------
    ConservationError
        Naming the check and what it found.
    """
    for result in results:
        if not result.passed:
            raise ConservationError(
                Text(f"La vérification a échoué, {result.detail.fr}", f"A check failed, {result.detail.en}"),
                where=result.id,
                hint=Text(
                    "corrigez la source ; le dernier bon paquet reste en place",
                    "correct the source; the last good package stays in place",
                ),
            )


def check_one(name: str, package: Package) -> CheckResult:
    """Run one of the general checks, a key of ``GENERAL``."""
    try:
        return CheckResult(name, "ok", GENERAL[name](package))
    except ProximiteError as failure:
        place = f" ({failure.where})" if failure.where else ""
        return CheckResult(name, "failed", Text(failure.what.fr + place, failure.what.en + place))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as failure:
        reason = f"{type(failure).__name__}: {failure}"
        return CheckResult(name, "failed", Text(f"fichier illisible, {reason}", f"unreadable file, {reason}"))


def _fail(fr: str, en: str, where: str) -> ConservationError:
    return ConservationError(
        Text(fr, en), where=where, hint=Text("refaites le paquet", "build the package again")
    )


def _files(package: Package) -> Text:
    listed: dict[str, str] = package.manifest["files"]
    for name, expected in listed.items():
        path = package.path / name
        if not path.is_file():
            raise invariants.broken("un fichier manque", "a file is missing", name)
        if file_sha256(path) != expected:
            raise invariants.broken("l'empreinte d'un fichier diffère", "the hash of a file differs", name)
    present = {p.relative_to(package.path).as_posix() for p in package.path.rglob("*") if p.is_file()}
    extra = present - set(listed) - {MANIFEST, "__init__.py"}
    if extra:
        raise invariants.broken(
            "un fichier n'est pas au manifeste", "a file is not in the manifest", sorted(extra)[0]
        )
    if content_sha256(listed) != package.manifest["content_sha256"]:
        raise invariants.broken("l'empreinte du contenu diffère", "the content hash differs", MANIFEST)
    return Text(f"{len(listed)} fichiers, empreintes exactes", f"{len(listed)} files, hashes exact")


def _schemas(package: Package) -> Text:
    for name in _TABLES:
        frame = getattr(package, name)
        validate(name, pd.DataFrame(frame.reset_index() if name == "postal_codes" else frame))
    return Text(f"{len(_TABLES)} tables conformes", f"{len(_TABLES)} tables conform")


def _membership(package: Package) -> Text:
    rows = package.membership
    current = rows[rows["census_year"] == 2021]
    areas = package.level(Level.DA).index
    level_of = package.territories["level"]
    for level in PARTITIONS:
        require_partition(current[current["territory_id"].map(level_of) == level.value], level.value, areas)
    total = current.groupby([current["territory_id"].map(level_of), "da_id"])["fraction"].sum()
    if (total > 1 + 1e-9).any():
        raise invariants.broken(
            "une aire compte plus d'une fois", "an area counts more than once", str(total.idxmax())
        )
    montreal = current.loc[current["territory_id"].eq("mrc:66"), "da_id"]
    boroughs = current[current["territory_id"].str.startswith("arrondissement-mtl:")]
    require_partition(boroughs, "arrondissement", pd.Index(montreal))
    older = rows[rows["census_year"] == 2016]
    areas_2016 = pd.Index(older["da_id"].unique())
    for level in set(PARTITIONS) - {Level.MUNICIPALITY}:
        require_partition(older[older["territory_id"].map(level_of) == level.value], level.value, areas_2016)
    return Text(
        f"{len(areas)} aires, une fois et une seule dans {len(PARTITIONS)} niveaux",
        f"{len(areas)} areas, once and only once in {len(PARTITIONS)} levels",
    )


def _conservation(package: Package) -> Text:
    people = package.values(Level.DA, "population")["value"].sum()
    for level in PARTITIONS:
        total = package.values(level, "population")["value"].sum()
        if not np.isclose(total, people, rtol=1e-12, atol=1e-6):
            raise invariants.broken(
                f"{total:.0f} personnes au lieu de {people:.0f}",
                f"{total:.0f} people instead of {people:.0f}",
                level.value,
            )
    return Text(f"{people:.0f} personnes à chaque niveau", f"{people:.0f} people at every level")


def _references(package: Package) -> Text:
    known = set(package.territories["territory_id"])
    for name, column in (
        ("observations", "territory_id"), ("membership", "territory_id"), ("access", "territory_id"),
        ("location_territories", "territory_id"), ("postal_codes", "da_id"),
    ):  # fmt: skip
        unknown = set(getattr(package, name)[column].unique()) - known
        if unknown:
            raise invariants.broken(
                "un territoire inconnu est cité", "an unknown territory is named", f"{name}: {min(unknown)}"
            )
    strangers = set(package.observations["indicator_id"].unique()) ^ set(package.indicators)
    if strangers:
        raise invariants.broken(
            "catalogue et observations diffèrent", "catalogue and observations differ", min(strangers)
        )
    sources = set(package.observations["source_id"]) | set(package.locations["source_id"])
    if sources - set(package.sources):
        raise invariants.broken(
            "une source n'est pas nommée", "a source is not named", min(sources - set(package.sources))
        )
    return Text("chaque identifiant est connu", "every identifier is known")


def _one_to_one(package: Package) -> Text:
    located = package.location_territories
    if located.duplicated(["location_id", "level"]).any():
        raise invariants.broken(
            "un lieu est dans deux territoires", "a place is in two territories", "location_territories"
        )
    locations = set(package.locations["id"])
    if set(package.services["location_id"]) != locations:
        raise invariants.broken(
            "services et lieux ne s'accordent pas", "services and places do not match", "services"
        )
    if not set(located["location_id"]) <= locations:
        raise invariants.broken(
            "un territoire cite un lieu inconnu", "a territory names an unknown place", "location_territories"
        )
    organizations = set(package.organizations["id"]) | {""}
    if not set(package.services["organization_id"]) <= organizations:
        raise invariants.broken("un organisme est inconnu", "an organisation is unknown", "services")
    return Text(
        f"{len(locations)} lieux, un territoire par niveau", f"{len(locations)} places, one territory a level"
    )


def _missing_is_not_zero(package: Package) -> Text:
    rows = package.observations
    suppressed = rows["status"].eq(Status.SUPPRESSED.value)
    # A suppressed figure is graded, « ne pas utiliser »; it still carries no number.
    carried = rows[["value", "moe_95"]].notna().any(axis=1) | (rows["grade"].notna() & ~suppressed)
    wrong = rows[rows["status"].ne(Status.OK.value) & carried]
    if len(wrong):
        raise invariants.broken(
            "une valeur absente porte un chiffre",
            "a missing value carries a figure",
            wrong["territory_id"].iloc[0],
        )
    uncounted = package.territories.loc[package.territories["status"].eq("no_data"), "territory_id"]
    counted = (
        rows["territory_id"].isin(uncounted) & rows["indicator_id"].eq("population") & rows["value"].notna()
    )
    if counted.any():
        raise invariants.broken(
            "une communauté sans dénombrement a une population", "an uncounted community has a population",
            rows.loc[counted, "territory_id"].iloc[0],
        )  # fmt: skip
    return Text(
        f"{int(rows['value'].isna().sum())} valeurs absentes, aucune à zéro",
        f"{int(rows['value'].isna().sum())} missing values, none at zero",
    )


def _catalogue(package: Package) -> Text:
    by_indicator = dict(list(package.observations.groupby("indicator_id", sort=False)))
    for indicator in package.indicators.values():
        rows = by_indicator.get(indicator.id, package.observations.iloc[:0])
        _require_documented(indicator, package, rows)
    return Text(
        f"{len(package.indicators)} indicateurs décrits dans les deux langues",
        f"{len(package.indicators)} indicators described in both languages",
    )


def _require_documented(indicator: Indicator, package: Package, rows: pd.DataFrame) -> None:
    if indicator.source_id not in package.sources:
        raise invariants.broken("un indicateur n'a pas de source", "an indicator has no source", indicator.id)
    if indicator.title.fr == indicator.definition.fr or indicator.title.en == indicator.definition.en:
        raise invariants.broken("un indicateur n'est pas défini", "an indicator is not defined", indicator.id)
    found = set(package.territories["level"].reindex(rows["territory_id"].unique()))
    declared = {level.value for level in indicator.levels}
    if found != declared:
        raise invariants.broken("les niveaux d'un indicateur diffèrent", "the levels of an indicator differ",
                    f"{indicator.id}: {sorted(found ^ declared)}")  # fmt: skip
    if set(rows["period"]) != set(indicator.periods):
        raise invariants.broken(
            "les périodes d'un indicateur diffèrent", "the periods of an indicator differ", indicator.id
        )


def _published(package: Package, declaration: Declaration) -> list[CheckResult]:
    results = []
    for check in declaration.checks:
        name = ":".join(
            str(part)
            for part in (
                declaration.id,
                check.kind,
                check.territory or check.level or check.category,
                check.indicator,
            )
            if part
        )
        if not _same_vintage(package, declaration, check):
            detail = Text("autre millésime, non comparable", "another vintage, not comparable")
            results.append(CheckResult(name, "not_comparable", detail))
            continue
        found = _total(package, declaration, check)
        near = abs(found - check.expected) <= check.tolerance + 1e-9
        detail = Text(
            f"{found:.10g}, publié {check.expected:.10g}", f"{found:.10g}, published {check.expected:.10g}"
        )
        results.append(CheckResult(name, "ok" if near else "failed", detail))
    return results


def _same_vintage(package: Package, declaration: Declaration, check: CheckDeclaration) -> bool:
    """Whether the file of a total, and those that its figure was made from, are the declared ones."""
    by_id = {d.id: d for d in declarations()}
    needed = {(declaration.id, f.name, f.sha256) for f in declaration.files if f.name == check.file}
    if check.indicator:
        if check.indicator not in package.indicators:
            return False
        maker = by_id[package.indicators[check.indicator].source_id]
        needed |= {(maker.id, f.name, f.sha256) for f in maker.files}
    built_with = {(s.id, f["name"], f["sha256"]) for s in package.sources.values() for f in s.files}
    return needed <= built_with


def _rows_read(package: Package, declaration: Declaration, file: str) -> int:
    read = {f["name"]: int(f["rows"]) for f in package.sources[declaration.id].files}
    return read[file]


def _total(package: Package, declaration: Declaration, check: CheckDeclaration) -> float:
    services = package.services
    # What a table brought in is not in what was published.
    imported = services["source_id"].str.startswith("listing_")
    of_category = services[services["category"].eq(check.category or "") & ~imported]
    if check.kind == "level_count":
        return float(len(package.level(Level(str(check.level)))))
    if check.kind == "level_sum":
        return float(
            package.values(Level(str(check.level)), str(check.indicator), check.period)["value"].sum()
        )
    if check.kind == "place_count":
        return float(of_category["location_id"].nunique())
    if check.kind == "place_count_only":
        return float(of_category.loc[of_category["only_mission"], "location_id"].nunique())
    if check.kind == "withheld_sum":
        return float(
            package.values(Level(str(check.level)), str(check.indicator), check.period)["value"].sum()
        )
    if check.kind == "row_count":
        return float(_rows_read(package, declaration, check.file))
    row = package.value_of(str(check.territory), str(check.indicator), check.period)
    return float("nan") if row is None else float(row["value"])


GENERAL: Final[dict[str, Callable[[Package], Text]]] = {
    "files": _files,
    "schemas": _schemas,
    "membership": _membership,
    "conservation": _conservation,
    "references": _references,
    "places": _one_to_one,
    "missing_is_not_zero": _missing_is_not_zero,
    "catalogue": _catalogue,
    "plausible": invariants.plausible,
    "complete": invariants.complete,
    "recomputed": invariants.recomputed,
    "counted": invariants.counted,
    "nobody_exposed": invariants.nobody_exposed,
    "connected": invariants.connected,
}
"""What holds in any package, whatever its sources; the first two prove what the rest reads."""
