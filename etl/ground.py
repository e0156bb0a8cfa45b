"""Geography over a package: names and shapes are taken anew, its structure only when built whole."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import pandas as pd

from etl.assembly import Read
from etl.registry import Declaration
from etl.tables import Tables
from geodata.generalise import generalise
from geodata.model import Level
from geodata.package import Package
from geodata.text import Text

GROUND_TABLES: Final = (
    "territories", "codes", "area_polygons", "people", "crosswalk", "people_2016", "site_polygons",
)  # fmt: skip
"""Tables that make the geography: a package keeps what came of them, not themselves."""

_TRAITS: Final = ("name_fr", "name_en", "land_km2", "governance", "caveat_fr", "caveat_en", "aliases")
_CLIMBED: Final = ("region:", "province:")
"""Memberships that follow from the MRC's, which no publisher writes beside an area."""

_NAMED: Final = 3


def is_ground(tables: Tables) -> bool:
    """Say whether a source makes a part of the geography."""
    return any(getattr(tables, name) is not None for name in GROUND_TABLES)


def structure_change(base: Package, declaration: Declaration, tables: Tables) -> Text | None:
    """Say how a source changes what the areas belong to; null where it only redraws or renames.

    Such a change alters every figure that was carried up: it is only taken when everything is built.
    """
    if tables.territories is not None:
        held = base.territories.index[base.territories["source_id"] == declaration.id]
        changed = _difference(set(held), set(tables.territories["territory_id"]))
        if changed:
            return Text(f"territoires {changed.fr}", f"territories {changed.en}")
    if tables.codes is not None:
        changed = _difference(_codes_of(base, tables.codes), _pairs(tables.codes))
        if changed:
            return Text(f"appartenances {changed.fr}", f"memberships {changed.en}")
    if tables.people is not None and _people_differ(base, tables.people):
        return Text("la population des aires a changé", "the population of areas has changed")
    if tables.people_2016 is not None:
        return Text("la population de 2016 n'est lue qu'en entier", "the 2016 population is only read whole")
    return None


def _difference(before: set[str], after: set[str]) -> Text | None:
    gone, new = sorted(before - after), sorted(after - before)
    if not (gone or new):
        return None
    some = ", ".join([*new[:_NAMED], *gone[:_NAMED]])
    return Text(
        f"nouveaux : {len(new)}, disparus : {len(gone)} ({some})",
        f"new: {len(new)}, gone: {len(gone)} ({some})",
    )


def _pairs(codes: pd.DataFrame) -> set[str]:
    return set(codes["da_id"] + " " + codes["territory_id"] + " " + codes["census_year"].astype(str))


def _codes_of(base: Package, codes: pd.DataFrame) -> set[str]:
    rows = base.membership
    own = rows["method"].eq("published_code") & rows["census_year"].isin(codes["census_year"].unique())
    return _pairs(rows[own & ~rows["territory_id"].str.startswith(_CLIMBED)])


def _people_differ(base: Package, people: pd.DataFrame) -> bool:
    held = base.territories["pop_2021"].astype(float).reindex(people["cell_id"]).to_numpy()
    fresh = people["people"].to_numpy(dtype=float)
    # A community that was not counted is null in a package and may be a zero in its publisher's file.
    counted = ~pd.isna(held)
    return bool((held[counted] != fresh[counted]).any())


def updated(base: Package, read: Read) -> tuple[gpd.GeoDataFrame, set[Level]]:
    """Give the territories of a package with what sources read anew say of them.

    Parameters
    ----------
    base
        The package.
    read
        Sources whose structure has not changed.

    Returns
    -------
    tuple
        Territories in the order of the base, EPSG:4326, generalised; and the levels whose shapes are new.
    """
    territories = base.territories.copy()
    shapes: list[gpd.GeoSeries] = []
    for _, tables in read:
        if tables.territories is not None:
            own = tables.territories.set_index("territory_id")
            for column in [name for name in _TRAITS if name in own]:
                said = own[column].dropna()
                territories.loc[said.index, column] = said.to_numpy()
            shapes.append(own.geometry)
        if tables.area_polygons is not None:
            shapes.append(tables.area_polygons.set_index("da_id").geometry)
    return _redrawn(territories, shapes)


def _redrawn(
    territories: gpd.GeoDataFrame, shapes: list[gpd.GeoSeries]
) -> tuple[gpd.GeoDataFrame, set[Level]]:
    """Put new shapes in place of the former, a polygon before a point, simplified as their level is."""
    full = territories.copy()
    chosen = pd.Index([])
    for series in shapes:
        present = series[series.notna() & series.index.isin(full.index)]
        better = full.loc[present.index].geom_type.eq("Point") | present.geom_type.ne("Point")
        taken = present[better.to_numpy(dtype=bool)]
        full.loc[taken.index, "geometry"] = gpd.GeoSeries(taken, crs=present.crs).to_crs(4326).array
        chosen = chosen.union(taken.index)
    label = full.loc[chosen].geometry.representative_point()
    full.loc[chosen, "longitude"], full.loc[chosen, "latitude"] = label.x, label.y
    levels = {Level(name) for name in full.loc[chosen, "level"].unique()}
    for level in levels:
        layer = generalise(full[full["level"] == level.value], level)
        # The others are simplified already: twice would thin them.
        own = layer.index.intersection(chosen)
        full.loc[own, "geometry"] = layer.loc[own].geometry.array
    return full.reset_index(drop=True), levels
