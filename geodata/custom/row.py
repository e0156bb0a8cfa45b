"""The line of a custom territory in the table of territories: parents, milieu, shape."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.crs import DISPLAY_CRS, METRIC_CRS
from geodata.custom.definition import CustomTerritory
from geodata.custom.members import CustomMembership
from geodata.custom.units import WholeUnits
from geodata.model import Governance, Level, Status
from geodata.package import Package
from geodata.schemas import PARENT_COLUMNS
from geodata.text import Text

CAVEAT: Final = Text(
    "Territoire défini par une table, non publié. Ses chiffres sont portés depuis les aires de diffusion.",
    "Territory defined by a table, not published. Its figures are carried up from dissemination areas.",
)
_SOURCE: Final = "custom"
_HELD: Final = 0.999
_HALF: Final = 0.5
_DISC_M: Final = 300.0
"""Half-width of the disc that stands for an area without a polygon."""

_COVERING: Final = (Level.CT, Level.MUNICIPALITY, Level.CLSC)


def territory_row(
    territory: CustomTerritory, membership: CustomMembership, units: WholeUnits, package: Package
) -> gpd.GeoDataFrame:
    """Give one row with the columns of ``territories``, EPSG:4326.

    A parent is a territory that holds 99.9 % of the people. The milieu is that of at least half of them.
    Where communities that govern themselves make half of it, their rules hold for the whole.
    """
    shape = drawn_shape(territory, membership.rows, package)
    point = shape.representative_point()
    parents = _parents(membership.rows, units, package)
    areas = package.level(Level.DA)
    weight = membership.rows.set_index("da_id")["fraction"]
    weight = weight * (areas["pop_2021"].astype(float).reindex(weight.index).fillna(0.0) + 1e-6)
    row = {
        **dict.fromkeys(package.territories.columns),
        **dict.fromkeys(PARENT_COLUMNS),
        **parents,
        "territory_id": territory.id,
        "level": Level.CUSTOM.value,
        "name_fr": territory.name.fr,
        "name_en": territory.name.en,
        "pop_2021": round(membership.people),
        "land_km2": land_km2(territory, membership, package),
        "milieu": _main(areas["milieu"], weight) or "unknown",
        "governance": _governance(areas["governance"], weight),
        "status": Status.OK.value,
        "caveat_fr": CAVEAT.fr,
        "caveat_en": CAVEAT.en,
        "aliases": "",
        "longitude": point.x,
        "latitude": point.y,
        "source_id": _SOURCE,
        "geometry": shape,
    }
    frame = gpd.GeoDataFrame([row], geometry="geometry", crs=DISPLAY_CRS)
    return frame.astype({"pop_2021": "Int64", "land_km2": float}).set_index("territory_id", drop=False)


def _main(values: pd.Series, weight: pd.Series) -> str:
    """Give the value that at least half of the people have, or an empty text."""
    by_value = weight.groupby(values.reindex(weight.index)).sum().sort_values(ascending=False)
    return str(by_value.index[0]) if len(by_value) and by_value.iloc[0] >= _HALF * weight.sum() else ""


def _governance(values: pd.Series, weight: pd.Series) -> str:
    by_value = weight.groupby(values.reindex(weight.index)).sum().drop(Governance.NONE.value, errors="ignore")
    if by_value.sum() < _HALF * weight.sum():
        return Governance.NONE.value
    return str(by_value.idxmax())


def _parents(rows: pd.DataFrame, units: WholeUnits, package: Package) -> dict[str, str]:
    """Find, by column, the published territory that holds almost everyone."""
    people = package.level(Level.DA)["pop_2021"].astype(float).fillna(0.0) + 1e-6
    everyone = float((rows["fraction"] * rows["da_id"].map(people)).sum())
    held = units.shares.groupby("territory_id")["weight"].sum() / everyone
    holders = held.index[held >= _HELD]
    levels = package.territories["level"].reindex(holders)
    wanted = {f"{level}_id": str(holder) for holder, level in levels.items()}
    return {column: wanted[column] for column in PARENT_COLUMNS if column in wanted}


def land_km2(territory: CustomTerritory, membership: CustomMembership, package: Package) -> float | None:
    """Sum the land of listed territories that do not overlap; that of a shape, water apart, is unknown."""
    if not territory.members or any(remark.kind == "twice" for remark in membership.remarks):
        return None
    land = package.territories.loc[list(territory.members), "land_km2"]
    return float(land.sum()) if land.notna().all() else None


def drawn_shape(territory: CustomTerritory, rows: pd.DataFrame, package: Package) -> BaseGeometry:
    """Give the shape by which a territory is drawn.

    That of a list is made of the shapes of its territories; dissemination areas that have a point only
    take the shape of the published territory that they fill, else a disc of 300 m.
    """
    if territory.shape is not None:
        return territory.shape
    shapes = package.territories.geometry
    own = shapes.loc[list(territory.members)]
    areal = own[own.notna() & own.geom_type.isin(["Polygon", "MultiPolygon"])]
    others = [member for member in territory.members if member not in areal.index]
    areas = [member for member in others if member.startswith("da:")]
    links = package.membership
    wider = links.loc[
        links["territory_id"].isin(others)
        & links["census_year"].eq(2021)
        & links["da_id"].isin(rows["da_id"]),
        "da_id",
    ]
    pieces = list(areal) + _shapes_of_areas(pd.Index([*areas, *wider]).unique(), package)
    return shapely.make_valid(shapely.union_all(shapely.make_valid(pieces)))


def _shapes_of_areas(areas: pd.Index, package: Package) -> list[BaseGeometry]:
    shapes = package.level(Level.DA).geometry.reindex(areas)
    pieces = list(shapes[shapes.geom_type != "Point"])
    left = shapes[shapes.geom_type == "Point"]
    links = package.membership
    published = links[links["census_year"].eq(2021) & links["method"].eq("published_code")]
    for level in _COVERING:
        if left.empty or level.value not in set(package.territories["level"]):
            break
        of_level = published[published["territory_id"].isin(package.level(level).index)]
        touched = of_level[
            of_level["territory_id"].isin(of_level.loc[of_level["da_id"].isin(left.index), "territory_id"])
        ]
        filled = touched["da_id"].isin(areas).groupby(touched["territory_id"]).all()
        drawn = package.level(level).geometry.reindex(filled.index[filled])
        drawn = drawn[drawn.notna() & drawn.geom_type.isin(["Polygon", "MultiPolygon"])]
        pieces += list(drawn)
        left = left[~left.index.isin(touched.loc[touched["territory_id"].isin(drawn.index), "da_id"])]
    if len(left):
        pieces += list(left.to_crs(METRIC_CRS).buffer(_DISC_M, 8).to_crs(DISPLAY_CRS))
    return pieces
