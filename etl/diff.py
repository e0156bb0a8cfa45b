"""Package A against package B: what was added, what is gone, renamed, moved or redefined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from etl.drift import moved_metres
from geodata.package import Package
from geodata.text import Text

_LEAST_METRES: Final = 1.0
"""Under a metre, coordinates were written with other digits and nothing moved."""

_TABLES: Final = ("territories", "observations", "organizations", "services", "locations", "postal_codes")
_DEFINED_BY: Final = (
    "title", "definition", "unit", "direction", "aggregation", "base_level", "levels", "periods",
    "error_kind", "source_id",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One thing that differs.

    Attributes
    ----------
    id, name
        What it is; the name in the later package where it is in both.
    before, after
        What it was and what it is; empty for something added or gone.
    metres
        How far a place moved, geodesic; null for other changes.
    """

    id: str
    name: str = ""
    before: str = ""
    after: str = ""
    metres: float | None = None


@dataclass(frozen=True)
class Changes:
    """Differences between two lists of things, each in the order of identifiers (of metres for moves)."""

    added: tuple[Change, ...] = ()
    gone: tuple[Change, ...] = ()
    renamed: tuple[Change, ...] = ()
    moved: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind, without those there are none of."""
        kinds = ("added", "gone", "renamed", "moved", "changed")
        return {kind: len(getattr(self, kind)) for kind in kinds if getattr(self, kind)}


@dataclass(frozen=True)
class ValueChanges:
    """Figures of one indicator that differ.

    Attributes
    ----------
    changed
        Territories and periods with a value in both, and another one.
    appeared, vanished
        Those with a value only in the later, only in the former.
    largest
        The largest change: territory, name, period, before, after; null where no value changed.
    """

    indicator_id: str
    changed: int
    appeared: int
    vanished: int
    largest: dict[str, Any] | None


@dataclass(frozen=True)
class PackageDiff:
    """Everything that differs between two packages."""

    before: dict[str, str]
    after: dict[str, str]
    sources: Changes
    territories: Changes
    indicators: Changes
    places: Changes
    services: Changes
    values: tuple[ValueChanges, ...] = ()
    totals: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.counts

    @property
    def counts(self) -> dict[str, int]:
        """How many differences of each kind; what the history keeps."""
        groups = ("sources", "territories", "indicators", "places", "services")
        counted = {
            f"{group}_{kind}": n for group in groups for kind, n in getattr(self, group).counts.items()
        }
        values = sum(v.changed + v.appeared + v.vanished for v in self.values)
        return counted | ({"values_changed": values} if values else {})

    def summary(self) -> Text:
        """Say in one line what differs."""
        if self.same:
            return Text("rien n'a changé", "nothing changed")
        said = [_WORDS[name](n) for name, n in self.counts.items() if name in _WORDS]
        other = Text("des descriptions ont changé", "descriptions changed")
        return Text(
            ", ".join(t.fr for t in said) or other.fr,
            ", ".join(t.en for t in said) or other.en,
        )

    def as_dict(self) -> dict[str, Any]:
        """Write the form that ``--json`` prints."""
        return {**asdict(self), "counts": self.counts, "summary": self.summary().as_dict()}


def _words(fr: str, fr_many: str, en: str, en_many: str) -> Callable[[int], Text]:
    return lambda n: Text(f"{n} {fr_many if n > 1 else fr}", f"{n} {en_many if n != 1 else en}")


_WORDS: Final = {
    "sources_added": _words("source ajoutée", "sources ajoutées", "source added", "sources added"),
    "sources_gone": _words("source disparue", "sources disparues", "source gone", "sources gone"),
    "sources_changed": _words("source changée", "sources changées", "source changed", "sources changed"),
    "territories_added": _words(
        "territoire ajouté", "territoires ajoutés", "territory added", "territories added"
    ),
    "territories_gone": _words(
        "territoire disparu", "territoires disparus", "territory gone", "territories gone"
    ),
    "territories_renamed": _words(
        "territoire renommé", "territoires renommés", "territory renamed", "territories renamed"
    ),
    "indicators_added": _words(
        "indicateur ajouté", "indicateurs ajoutés", "indicator added", "indicators added"
    ),
    "indicators_gone": _words(
        "indicateur disparu", "indicateurs disparus", "indicator gone", "indicators gone"
    ),
    "indicators_changed": _words(
        "indicateur redéfini", "indicateurs redéfinis", "indicator redefined", "indicators redefined"
    ),
    "places_added": _words("lieu ajouté", "lieux ajoutés", "place added", "places added"),
    "places_gone": _words("lieu disparu", "lieux disparus", "place gone", "places gone"),
    "places_renamed": _words("lieu renommé", "lieux renommés", "place renamed", "places renamed"),
    "places_moved": _words("lieu déplacé", "lieux déplacés", "place moved", "places moved"),
    "services_added": _words("service ajouté", "services ajoutés", "service added", "services added"),
    "services_gone": _words("service disparu", "services disparus", "service gone", "services gone"),
    "services_changed": _words("service modifié", "services modifiés", "service changed", "services changed"),
    "values_changed": _words("valeur différente", "valeurs différentes", "value differs", "values differ"),
}


def diff(before: Package, after: Package) -> PackageDiff:
    """Compare two packages.

    Parameters
    ----------
    before, after
        The former and the later one.

    Raises
    ------
    PackageError
        If a table of one of them cannot be read.
    """
    return PackageDiff(
        before=_facts(before),
        after=_facts(after),
        sources=_sources(before, after),
        territories=_named(_names(before.territories, "name_fr"), _names(after.territories, "name_fr")),
        indicators=_indicators(before, after),
        places=_places(before, after),
        services=_services(before, after),
        values=tuple(_values(before, after)),
        totals={name: (len(getattr(before, name)), len(getattr(after, name))) for name in _TABLES},
    )


def _facts(package: Package) -> dict[str, str]:
    return {
        "package": package.path.name,
        "content_sha256": str(package.manifest["content_sha256"]),
        "built_at": str(package.manifest["built_at"]),
    }


def _names(table: pd.DataFrame, column: str) -> pd.Series:
    names: pd.Series = table[column] if table.index.name == "territory_id" else table.set_index("id")[column]
    return names.astype(str)


def _named(before: pd.Series, after: pd.Series) -> Changes:
    """Compare two lists of names by identifier."""
    both = before.index.intersection(after.index)
    other = both[(before[both] != after[both]).to_numpy(dtype=bool)]
    return Changes(
        added=tuple(Change(i, after[i]) for i in sorted(after.index.difference(before.index))),
        gone=tuple(Change(i, before[i]) for i in sorted(before.index.difference(after.index))),
        renamed=tuple(Change(i, after[i], before[i], after[i]) for i in sorted(other)),
    )


def _sources(before: Package, after: Package) -> Changes:
    titles = [
        pd.Series({s.id: s.title.fr for s in p.sources.values()}, dtype=object) for p in (before, after)
    ]
    listed = _named(*titles)
    changed = []
    for name in sorted(before.sources.keys() & after.sources.keys()):
        old, new = before.sources[name], after.sources[name]
        if [f["sha256"] for f in old.files] != [f["sha256"] for f in new.files] or old.vintage != new.vintage:
            changed.append(Change(name, new.title.fr, old.vintage, new.vintage))
    return Changes(listed.added, listed.gone, listed.renamed, changed=tuple(changed))


def _indicators(before: Package, after: Package) -> Changes:
    old = {name: indicator.as_dict() for name, indicator in before.indicators.items()}
    new = {name: indicator.as_dict() for name, indicator in after.indicators.items()}
    titles = [pd.Series({k: v["title"]["fr"] for k, v in side.items()}, dtype=object) for side in (old, new)]
    listed = _named(*titles)
    changed = []
    for name in sorted(old.keys() & new.keys()):
        fields = [column for column in _DEFINED_BY if old[name][column] != new[name][column]]
        if fields:
            changed.append(Change(name, new[name]["title"]["fr"], after=", ".join(fields)))
    return Changes(listed.added, listed.gone, changed=tuple(changed))


def _places(before: Package, after: Package) -> Changes:
    listed = _named(_names(before.locations, "name"), _names(after.locations, "name"))
    metres = moved_metres(before.locations.set_index("id"), after.locations.set_index("id"))
    far = metres[metres >= _LEAST_METRES].sort_values(ascending=False)
    names = _names(after.locations, "name")
    moved = tuple(Change(str(i), names[str(i)], metres=round(float(m), 1)) for i, m in far.items())
    return Changes(listed.added, listed.gone, listed.renamed, moved)


def _services(before: Package, after: Package) -> Changes:
    listed = _named(_names(before.services, "name"), _names(after.services, "name"))
    details = [p.services.set_index("id")["detail_fr"].astype(str) for p in (before, after)]
    columns = ["organization_id", "location_id", "category", "detail_fr", "only_mission"]
    old, new = (
        p.services.set_index("id")[columns].astype(str).agg(" ".join, axis=1) for p in (before, after)
    )
    both = old.index.intersection(new.index)
    names = _names(after.services, "name")
    other = both[(old[both] != new[both]).to_numpy(dtype=bool)]
    changed = tuple(Change(str(i), names[i], details[0][i], details[1][i]) for i in sorted(other))
    return Changes(listed.added, listed.gone, listed.renamed, changed=changed)


def _values(before: Package, after: Package) -> list[ValueChanges]:
    keys = ["indicator_id", "period", "territory_id"]
    old, new = (p.observations[[*keys, "value"]] for p in (before, after))
    both = old.merge(new, on=keys, how="outer", suffixes=("_before", "_after"))
    was, now = both["value_before"], both["value_after"]
    differs = (was.notna() | now.notna()) & ~np.isclose(was, now, rtol=1e-9, atol=1e-9, equal_nan=True)
    names = pd.concat([before.territories["name_fr"], after.territories["name_fr"]])
    names = names[~names.index.duplicated(keep="last")]
    groups = both[differs].groupby("indicator_id", sort=True)
    return [_values_of(str(name), rows, names) for name, rows in groups]


def _values_of(indicator_id: str, rows: pd.DataFrame, names: pd.Series) -> ValueChanges:
    was, now = rows["value_before"], rows["value_after"]
    both = was.notna() & now.notna()
    largest = None
    if both.any():
        row = rows[both].iloc[int((now - was)[both].abs().to_numpy().argmax())]
        largest = {
            "territory_id": str(row["territory_id"]),
            "name": str(names.get(row["territory_id"], "")),
            "period": str(row["period"]),
            "before": float(row["value_before"]),
            "after": float(row["value_after"]),
        }
    appeared, vanished = int((was.isna() & now.notna()).sum()), int((was.notna() & now.isna()).sum())
    return ValueChanges(indicator_id, int(both.sum()), appeared, vanished, largest)
