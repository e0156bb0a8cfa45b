"""The places of a kind of service: where they are, what they offer, when someone last vouched for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from geodata.access.points import Points
from geodata.duplicates import counted_services
from geodata.errors import SelectionError
from geodata.model import SERVICE_NAMES, Level, ServiceCategory, Status
from geodata.package import Package
from geodata.spread import CENSUS_YEAR
from geodata.staleness import Age, age_class, staleness_counts
from geodata.taxonomy import CATEGORIES
from geodata.text import Text

COLUMNS: Final = (
    "name", "kind", "source_id", "assured_date", "capacity", "location_id", "geocode_quality",
)  # fmt: skip

PUBLIC_KINDS: Final = (
    "school", "library", "community_centre", "recreation", "family_centre", "youth_centre",
)  # fmt: skip
"""Buildings that belong to the public or welcome it, and could hold one more service."""

_MOSTLY: Final = 0.5


@dataclass(frozen=True, eq=False)
class Sites:
    """The places where a kind of service is offered.

    Attributes
    ----------
    kind, title
        Key of the taxonomy or of the layer, and its name.
    points
        One point a place, by ``location_id``; a place that offers the service twice is one place.
    frame
        Indexed as ``points``: ``COLUMNS``; ``capacity`` is null where nobody published it.
    supply
        By place: its capacity, or 1 for each place where not all capacities are known.
    not_placed
        Names of the places that nobody could put on the map: counted here, and in no measure.
    covered
        Identifiers of the areas where a listing of that kind is known to be complete; elsewhere the
        absence of a place says nothing.
    said
        In a sentence or more: how many, with what supply, and where the listing reaches.
    """

    kind: str
    title: Text
    points: Points
    frame: pd.DataFrame
    supply: pd.Series
    not_placed: tuple[str, ...]
    covered: pd.Index
    said: Text

    def ages(self, today: date) -> dict[Age, int]:
        """Count the places by how long ago someone vouched for them."""
        return staleness_counts(self.frame, today)

    def is_stale(self, today: date) -> bool:
        """Tell whether half of the places or more were vouched for over two years ago, or never."""
        ages = self.ages(today)
        old = ages[Age.STALE] + ages[Age.UNDATED]
        return len(self.frame) > 0 and old >= _MOSTLY * len(self.frame)

    def dates(self, today: date, sites: pd.Index | None = None) -> Mapping[str, str]:
        """Give the ``oldest`` and the ``median`` of the dates as written, empty where none is known."""
        chosen = self.frame if sites is None else self.frame.loc[self.frame.index.isin(sites)]
        written = sorted(
            day
            for day in chosen["assured_date"].fillna("").astype(str)
            if age_class(day, today) is not Age.UNDATED
        )
        middle = written[(len(written) - 1) // 2] if written else ""
        return {"oldest": written[0] if written else "", "median": middle}


def sites_of(package: Package, kind: str) -> Sites:
    """Find the places of a kind of service.

    Parameters
    ----------
    kind
        A key of the taxonomy (``clsc``, ``food_bank``), else a layer (``health``, ``community``). ``clsc``
        and ``library``, which are both, are the kind.

    Raises
    ------
    SelectionError
        If there is no such kind, or its addresses protect people and are placed nowhere.
    """
    rows = _rows(package, kind)
    placed = rows[["longitude", "latitude"]].notna().all(axis=1)
    frame = rows[placed].copy()
    capacity = frame["capacity"]
    known = len(frame) > 0 and bool(capacity.notna().all())
    supply = (capacity if known else pd.Series(1.0, frame.index)).astype(float).rename("supply")
    not_placed = tuple(str(name) for name in rows.loc[~placed, "name"])
    covered = _covered(package, kind, rows)
    return Sites(
        kind,
        title_of(kind),
        Points.from_frame(frame),
        frame[list(COLUMNS)],
        supply,
        not_placed,
        covered,
        _said(len(frame), int(capacity.notna().sum()), len(not_placed), len(covered), package),
    )


def kinds_offered(package: Package) -> dict[str, Text]:
    """Give the kinds that have a place in a package, then the layers, with their titles.

    Kinds come in the order of the taxonomy; a layer that is also a kind comes once.
    """
    services = _standing(package)
    kinds = [kind for kind in CATEGORIES if kind in set(services["kind"]) and CATEGORIES[kind].placed]
    layers = [c.value for c in ServiceCategory if c.value in set(services["category"])]
    return {kind: title_of(kind) for kind in dict.fromkeys([*kinds, *layers])}


def public_buildings(package: Package) -> pd.DataFrame:
    """Give the public buildings that are placed, each once: ``name, longitude, latitude``."""
    services = _standing(package)
    mine = (
        services[services["kind"].isin(PUBLIC_KINDS)].drop_duplicates("location_id").set_index("location_id")
    )
    places = package.locations.set_index("id")[["longitude", "latitude"]]
    return mine[["name"]].join(places).dropna(subset=["longitude", "latitude"])


def title_of(kind: str) -> Text:
    """Give the name of a kind or of a layer.

    Raises
    ------
    SelectionError
        If there is no such kind, or its addresses protect people.
    """
    if kind in CATEGORIES and CATEGORIES[kind].placed:
        return CATEGORIES[kind].title
    if kind in CATEGORIES:
        raise SelectionError(
            Text("Ces adresses protègent des personnes", "These addresses protect people"),
            where=CATEGORIES[kind].title.fr,
            hint=Text(
                "aucune mesure ne s'en fait, choisissez un autre service",
                "no measure is made of them, choose another service",
            ),
        )
    if kind in {category.value for category in ServiceCategory}:
        return SERVICE_NAMES[ServiceCategory(kind)]
    raise SelectionError(
        Text(f"Il n'y a pas de service «\u00a0{kind}\u00a0»", f"There is no service “{kind}”"),
        where="",
        hint=Text(
            f"choisissez parmi {', '.join(list(CATEGORIES)[:8])}…",
            f"choose among {', '.join(list(CATEGORIES)[:8])}…",
        ),
    )


def _standing(package: Package) -> pd.DataFrame:
    """Give the services counted once, without those of a source that was withdrawn."""
    services = counted_services(package.services, package.locations)
    return services[~services["source_id"].isin(list(package.recalls))]


def _rows(package: Package, kind: str) -> pd.DataFrame:
    title_of(kind)
    services = _standing(package)
    mine = services[services["kind" if kind in CATEGORIES else "category"].eq(kind)]
    mine = mine.assign(capacity=mine["capacity"].astype(float) if "capacity" in mine else np.nan)
    # A place that offers the same twice is one place; its capacities add up, and one unknown leaves all so.
    grouped = mine["capacity"].groupby(mine["location_id"], sort=False)
    together = grouped.sum().where(grouped.count().eq(grouped.size()))
    first = mine.drop_duplicates("location_id").set_index("location_id", drop=False)
    places = package.locations.set_index("id")
    rows = first[["name", "kind", "source_id", "assured_date", "location_id"]].assign(capacity=together)
    joined = rows.join(places[["longitude", "latitude", "geocode_quality"]])
    placed: pd.DataFrame = joined.rename_axis("site_id")
    return placed


def _covered(package: Package, kind: str, rows: pd.DataFrame) -> pd.Index:
    """Find the areas where the listings of a kind declare to list every place.

    A layer holds several kinds: it is complete where the package counts it.
    """
    areas: pd.Index = package.level(Level.DA).index
    if rows.empty:
        return areas[:0]
    if kind in CATEGORIES:
        own = set(rows["source_id"])
        reached = [t for name, source in package.sources.items() if name in own for t in source.area]
        found: pd.Index = areas[_inside(package, areas, reached)]
        return found
    counted = package.access[package.access["category"].eq(kind) & package.access["measure"].eq("count")]
    complete = counted.loc[counted["status"].eq(Status.OK.value), "territory_id"]
    found = areas[_inside(package, areas, complete.to_list())]
    return found


def _inside(package: Package, areas: pd.Index, territories: list[str]) -> np.ndarray:
    """Tell which areas lie wholly in one of some territories."""
    rows = package.membership[package.membership["census_year"].eq(CENSUS_YEAR)]
    mine = rows[rows["territory_id"].isin(territories) & rows["fraction"].ge(1.0 - 1e-9)]
    return np.asarray(areas.isin(mine["da_id"]))


def _said(placed: int, with_capacity: int, not_placed: int, covered: int, package: Package) -> Text:
    if placed and with_capacity == placed:
        fr, en = "l'offre de chacun est sa capacité publiée", "the supply of each is its published capacity"
    else:
        fr, en = (
            "l'offre de chacun vaut 1, sa capacité n'étant pas connue partout",
            "the supply of each is 1, as capacity is not known everywhere",
        )
    fr, en = f"Lieux situés\u00a0: {_fr(placed)}\u00a0; {fr}", f"Places located: {placed:,}; {en}"
    if not_placed:
        fr, en = f"{fr}\u00a0; non situés\u00a0: {_fr(not_placed)}", f"{en}; not located: {not_placed:,}"
    every = len(package.level(Level.DA))
    if covered < every:
        fr = f"{fr}\u00a0; la liste ne couvre que {_fr(covered)} aires de diffusion sur {_fr(every)}"
        en = f"{en}; the listing covers only {covered:,} dissemination areas of {every:,}"
    return Text(f"{fr}.", f"{en}.")


def _fr(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
