"""Where a new point of service could go: public buildings that stand already, or a grid where people live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geodata.access.points import Points
from geodata.access.sites import PUBLIC_KINDS
from geodata.model import GeocodeQuality, Level
from geodata.package import Package
from geodata.scenarios.errors import ScenarioError
from geodata.scenarios.place_names import told_apart
from geodata.scenarios.scenario import CandidateKind
from geodata.scenarios.scope import share_in
from geodata.scenarios.written import short
from geodata.siting.instance import MOST_CANDIDATES
from geodata.taxonomy import CATEGORIES
from geodata.text import Text

_PLACED_AT_ITS_DOOR: Final = (GeocodeQuality.ROOFTOP.value, GeocodeQuality.POSTAL_CODE.value)


@dataclass(frozen=True, eq=False)
class Candidates:
    """Places where a service could open.

    Attributes
    ----------
    points
        Ids are ``location_id`` for buildings, ``grid:<column>:<row>`` for squares.
    frame
        By id: ``name``, ``kind`` (a category, or ``grid``), ``longitude``, ``latitude``.
    said
        How they were chosen, one sentence.
    """

    points: Points
    frame: pd.DataFrame
    said: Text


def candidates(
    package: Package,
    territory: str | None,
    kind: CandidateKind = CandidateKind.PUBLIC_BUILDINGS,
    *,
    spacing_km: float = 2.0,
    surroundings_km: float = 5.0,
) -> Candidates:
    """List the places where a service could open for the people of a territory.

    Parameters
    ----------
    territory
        A ``territory_id``, or null for all of Québec.
    kind
        Public buildings listed in the package, each once; or one inhabited point (area or postal code) in
        each square of a grid laid in EPSG:6623, the one nearest to its centre, so that none falls into
        water or where nobody lives.
    spacing_km
        Side of a square.
    surroundings_km
        Buildings count up to this distance from an inhabited area of the territory.

    Raises
    ------
    ScenarioError
        If the territory is unknown, there is no candidate, or there are more than can be compared.
    """
    areas = _inhabited(package, territory)
    if kind is CandidateKind.GRID:
        frame, said = _grid(package, areas, spacing_km)
    else:
        frame, said = _buildings(package, territory, areas, surroundings_km)
    _require_some(frame, territory)
    # A tenth of a metre: a file says them in a few digits, and says the same everywhere.
    frame = frame.round({"longitude": 6, "latitude": 6})
    return Candidates(Points.from_frame(frame), frame, said)


def _inhabited(package: Package, territory: str | None) -> pd.DataFrame:
    rows = package.level(Level.DA).loc[
        share_in(package, territory).index, ["pop_2021", "longitude", "latitude"]
    ]
    rows = pd.DataFrame(rows[rows["pop_2021"].fillna(0).gt(0) & rows["longitude"].notna()])
    if rows.empty:
        raise ScenarioError(
            Text("Personne n'habite ce territoire", "Nobody lives in this territory"),
            where=territory or "",
            hint=Text("choisissez un territoire habité", "choose a territory with people"),
        )
    return rows


def _buildings(
    package: Package, territory: str | None, areas: pd.DataFrame, surroundings_km: float
) -> tuple[pd.DataFrame, Text]:
    services = package.services[package.services["kind"].isin(PUBLIC_KINDS)]
    services = services[~services["source_id"].isin(package.recalls)]
    order = {kind: i for i, kind in enumerate(PUBLIC_KINDS)}
    first = services.assign(_order=services["kind"].map(order)).sort_values(["_order", "id"], kind="stable")
    kinds = first.drop_duplicates("location_id").set_index("location_id")["kind"]
    places = package.locations.set_index("id")
    if "same_as" in places:
        places = places[places["same_as"].fillna("").eq("")]
    places = places[places["geocode_quality"].isin(_PLACED_AT_ITS_DOOR) & places["longitude"].notna()]
    places = places.loc[places.index.intersection(kinds.index).sort_values()]
    near = _within(places, areas, surroundings_km) | places.index.isin(_listed_in(package, territory))
    places = places[near]
    # Two doors at the same address are one building.
    places = places.loc[~places[["longitude", "latitude"]].round(5).duplicated()]
    frame = places[["longitude", "latitude"]].assign(
        name=told_apart(package, places), kind=kinds.reindex(places.index)
    )
    titles = [CATEGORIES[kind].title for kind in PUBLIC_KINDS]
    return frame[["name", "kind", "longitude", "latitude"]], Text(
        f"Bâtiments publics du territoire et jusqu'à {short(surroundings_km, 'fr')}\u00a0km de ses habitants "
        f"({', '.join(title.fr.lower() for title in titles)})",
        f"Public buildings of the territory and up to {short(surroundings_km, 'en')} km from its people "
        f"({', '.join(title.en.lower() for title in titles)})",
    )


def _listed_in(package: Package, territory: str | None) -> list[str]:
    """Give the places that the package puts in a territory; all of them for Québec."""
    if territory is None:
        return [str(name) for name in package.locations["id"]]
    where = package.location_territories
    return [str(name) for name in where.loc[where["territory_id"].eq(territory), "location_id"]]


def _within(places: pd.DataFrame, areas: pd.DataFrame, km: float) -> NDArray[np.bool_]:
    if places.empty:
        return np.zeros(0, dtype=bool)
    distance, _ = cKDTree(_metres(areas)).query(_metres(places), distance_upper_bound=km * 1000 + 1e-6)
    return np.asarray(np.isfinite(distance))


def _grid(package: Package, areas: pd.DataFrame, spacing_km: float) -> tuple[pd.DataFrame, Text]:
    codes = package.postal_codes
    codes = codes[codes["da_id"].isin(areas.index) & codes["longitude"].notna()]
    lived = pd.concat(
        [
            areas[["longitude", "latitude"]].assign(da_id=areas.index, code=""),
            codes[["longitude", "latitude", "da_id"]].assign(code=codes.index),
        ],
        ignore_index=True,
    )
    metres, side = _metres(lived), spacing_km * 1000
    square = np.floor(metres / side).astype(np.int64)
    from_centre = np.hypot(*(metres - (square + 0.5) * side).T)
    lived = lived.assign(column=square[:, 0], row=square[:, 1], away=from_centre)
    lived = lived.sort_values(["column", "row", "away", "da_id", "code"], kind="stable")
    first = lived.drop_duplicates(["column", "row"])
    ids = [f"grid:{c}:{r}" for c, r in zip(first["column"], first["row"], strict=True)]
    frame = pd.DataFrame(
        {
            "name": _spots(package, first),
            "kind": CandidateKind.GRID.value,
            "longitude": first["longitude"].to_numpy(dtype=float),
            "latitude": first["latitude"].to_numpy(dtype=float),
        },
        index=pd.Index(ids, name="id", dtype=object),
    )
    return frame, Text(
        f"Un point habité par carré de {short(spacing_km, 'fr')}\u00a0km",
        f"One inhabited point a square of {short(spacing_km, 'en')} km",
    )


def _spots(package: Package, first: pd.DataFrame) -> list[str]:
    """Name points by their municipality, and by their postal code where they are one."""
    places = package.territories
    parents = places["municipality_id"].reindex(first["da_id"]).reset_index(drop=True)
    own = first["da_id"].reset_index(drop=True).map(places["name_fr"])
    names = parents.map(places["name_fr"]).fillna(own)
    return [
        f"{name} ({code[:3]} {code[3:]})" if code else str(name)
        for name, code in zip(names, first["code"], strict=True)
    ]


def _metres(frame: pd.DataFrame) -> NDArray[np.float64]:
    places = Points.from_frame(frame)
    return np.column_stack([places.x_m, places.y_m])


def _require_some(frame: pd.DataFrame, territory: str | None) -> None:
    if frame.empty:
        raise ScenarioError(
            Text("Aucun emplacement possible n'a été trouvé", "No possible place was found"),
            where=territory or "",
            hint=Text(
                "regardez plus loin autour, ou prenez une grille", "look further around, or take a grid"
            ),
        )
    if len(frame) > MOST_CANDIDATES:
        raise ScenarioError(
            Text(
                f"Il y a {len(frame)} emplacements possibles, {MOST_CANDIDATES} au plus se comparent",
                f"There are {len(frame)} possible places, {MOST_CANDIDATES} at most can be compared",
            ),
            where=territory or "",
            hint=Text(
                "choisissez un territoire plus petit ou des carrés plus grands",
                "choose a smaller territory or larger squares",
            ),
        )
