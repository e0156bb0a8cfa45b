"""First study: who reaches a CLSC in Québec City along its streets, and what the straight line gets wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from benchmarks.case_drawing import Marks, drawn
from benchmarks.case_writing import Number, table
from dashboard.access.pictures import borrowed
from dashboard.access.words import unit_of
from dashboard.maps.still import still_map
from geodata.access.facts import Mode
from geodata.access.reach import Measure, Measured, Question, at_thresholds, costs_of, measured, origins_of
from geodata.access.sites import Sites, sites_of
from geodata.access.territories import at_level
from geodata.model import Level
from geodata.networks.graph import RoadGraph
from geodata.networks.snapping import snap
from geodata.package import Package

CITY: Final = "municipality:2423027"
KIND: Final = "clsc"
FACTORS: Final = (0.5, 0.75, 1.0, 1.5, 2.0)
NOT_GENERAL: Final = "MAISON DE NAISSANCE|AIRE OUVERTE|MONT-D'YOUVILLE"
"""Places with the mission of a CLSC whose name says that they do not receive everyone."""

BESIDE_A_STREET_M: Final = 250.0
_STRAIGHT_DETOUR: Final = 1.3


@dataclass(frozen=True, eq=False)
class Engines:
    """One mode, along the streets and as the crow flies."""

    mode: Mode
    streets: Measured
    straight: Measured


def study(package: Package, graph: RoadGraph) -> tuple[dict[str, object], dict[str, str]]:
    """Give the figures and the pictures of the study."""
    sites = sites_of(package, KIND)
    walk, drive = (_engines(package, graph, sites, mode) for mode in (Mode.WALK, Mode.DRIVE))
    compared = _compared(package, walk)
    figures: dict[str, object] = {
        **_places(package, graph, sites),
        **_shares(package, "walk", walk),
        **_shares(package, "drive", drive),
        **_detour(package, walk, compared),
        "by_minutes": _by_minutes(package, graph, sites),
        "quarters": _quarters(package, walk),
        **_general(package, graph, sites, walk),
    }
    enhanced = measured(
        package, replace(drive.streets.question, measure=Measure.ENHANCED), drive.streets.costs
    )
    supply = at_level(package, Level.QUARTIER, enhanced)["value"]
    quarters = _inside(supply.dropna())
    figures |= {
        "supply_low": quarters.min(),
        "supply_low_name": _name(package, quarters.idxmin()),
        "supply_high": quarters.max(),
        "supply_high_name": _name(package, quarters.idxmax()),
    }
    pictures = {
        "etude-quebec-rues.png": _both_engines(package, graph, sites, compared),
        "etude-quebec-e2sfca.png": _supply_map(package, quarters),
    }
    return figures, pictures


def _engines(package: Package, graph: RoadGraph, sites: Sites, mode: Mode) -> Engines:
    asked = Question(KIND, mode, network_id=graph.id)
    bare = replace(asked, network_id="")
    return Engines(
        mode,
        measured(package, asked, costs_of(package, asked, graph, sites).kept(), sites),
        measured(package, bare, costs_of(package, bare, None, sites).kept(), sites),
    )


def _city(package: Package, areas: pd.DataFrame) -> pd.DataFrame:
    mine = package.level(Level.DA)["municipality_id"].reindex(areas.index).eq(CITY)
    return areas[mine.to_numpy() & areas["people"].gt(0).to_numpy()]


def _places(package: Package, graph: RoadGraph, sites: Sites) -> dict[str, object]:
    snapped = snap(graph, sites.points, Mode.WALK)
    areas = package.level(Level.DA)
    origins = snap(graph, origins_of(package), Mode.WALK)
    mine = areas["municipality_id"].reindex(origins.index).eq(CITY)
    lorette = sites.frame.index[sites.frame["name"].str.contains("ANCIENNE-LORETTE")]
    beyond = snap(graph, origins_of(package), Mode.DRIVE)
    levis = areas["municipality_id"].reindex(beyond.index).eq("municipality:2425213") & beyond["usable"]
    return {
        "areas": int(mine.sum()),
        "people": float(package.territories.at[CITY, "pop_2021"]),
        "places": int((snapped["snap_m"] <= BESIDE_A_STREET_M).sum()),
        "snap_m": float(origins.loc[mine.to_numpy(), "snap_m"].median()),
        "lorette_m": float(snapped.loc[lorette, "snap_m"].iloc[0]),
        "across_people": float(areas["pop_2021"].reindex(beyond.index[levis.to_numpy()]).sum()),
        "roads_km": graph.facts.length_km,
        "roads": graph.facts.roads,
        "network_id": graph.id,
    }


def _shares(package: Package, name: str, engines: Engines) -> dict[str, object]:
    figures: dict[str, object] = {}
    for engine, one in (("streets", engines.streets), ("straight", engines.straight)):
        row = at_level(package, Level.MUNICIPALITY, one).loc[CITY]
        areas = _city(package, one.by_area)
        figures |= {f"{name}_{engine}_{key}": float(row[key]) for key in ("value", "low", "high")}
        figures[f"{name}_{engine}_people"] = float(row["people_within"])
        figures[f"{name}_{engine}_beyond"] = float(row["out_of_reach_people"])
        reached = areas[areas["minutes_1"].notna()]
        figures[f"{name}_{engine}_minutes"] = float(
            np.average(reached["minutes_1"], weights=reached["people"])
        )
    return figures


def _by_minutes(package: Package, graph: RoadGraph, sites: Sites) -> str:
    rows = []
    for factor in FACTORS:
        cells = []
        for mode in (Mode.WALK, Mode.DRIVE):
            asked = at_thresholds(Question(KIND, mode, network_id=graph.id), factor)
            minutes = asked.thresholds.minutes(mode)["urban"]
            shares = [
                at_level(
                    package,
                    Level.MUNICIPALITY,
                    measured(package, one, costs_of(package, one, road, sites), sites, with_range=False),
                ).at[CITY, "value"]
                for one, road in ((asked, graph), (replace(asked, network_id=""), None))
            ]
            cells += [f"{Number(minutes):1}", *(f"{Number(share):0} %" for share in shares)]
        rows.append(tuple(cells))
    headings = (
        "Seuil à pied, min", "par les rues", "vol d'oiseau × 1,3",
        "Seuil en voiture, min", "par les rues", "vol d'oiseau × 1,3",
    )  # fmt: skip
    return table(headings, rows)


def _compared(package: Package, walk: Engines) -> pd.DataFrame:
    areas = _city(package, walk.streets.by_area)[["people", "within", "minutes_1", "site_1"]]
    other = walk.straight.by_area[["within", "minutes_1", "site_1"]].add_suffix("_straight")
    return areas.join(other)


def _detour(package: Package, walk: Engines, compared: pd.DataFrame) -> dict[str, object]:
    """Compare each area's way along the streets with the straight line to the same place."""
    ways = walk.streets.costs.frame().set_index(["origin_id", "destination_id"])["km"]
    lines = walk.straight.costs.frame().set_index(["origin_id", "destination_id"])["km"] / _STRAIGHT_DETOUR
    reached = compared[compared["site_1"].notna()]
    pairs = pd.MultiIndex.from_arrays([reached.index, reached["site_1"]])
    detour = (ways.reindex(pairs) / lines.reindex(pairs)).to_numpy()
    people = reached["people"].to_numpy()
    known = np.isfinite(detour)
    order = np.argsort(detour[known])
    cumulated = np.cumsum(people[known][order]) / people[known].sum()
    at = [float(detour[known][order][np.searchsorted(cumulated, share)]) for share in (0.5, 0.9)]
    both = compared[compared["site_1"].notna() & compared["site_1_straight"].notna()]
    other = both["site_1"].ne(both["site_1_straight"])
    only_straight = compared["within_straight"] & ~compared["within"]
    only_streets = compared["within"] & ~compared["within_straight"]
    return {
        "detour_median": at[0],
        "detour_high": at[1],
        "other_place_pct": 100 * both.loc[other, "people"].sum() / both["people"].sum(),
        "only_straight": compared.loc[only_straight, "people"].sum(),
        "only_streets": compared.loc[only_streets, "people"].sum(),
        "rank_correlation": both["minutes_1"].corr(both["minutes_1_straight"], method="spearman"),
    }


def _quarters(package: Package, walk: Engines) -> str:
    streets, straight = (at_level(package, Level.QUARTIER, one) for one in (walk.streets, walk.straight))
    both = _inside(streets["value"].dropna())
    apart = (straight["value"] - streets["value"]).reindex(both.index).sort_values()
    chosen = [*apart.index[::-1][:5], *apart.index[:2]]
    rows = [
        (
            _name(package, quarter),
            f"{Number(streets.at[quarter, 'value']):0} % ({Number(streets.at[quarter, 'low']):0} à "
            f"{Number(streets.at[quarter, 'high']):0})",
            f"{Number(straight.at[quarter, 'value']):0} %",
            f"{Number(streets.at[quarter, 'people']):0}",
        )
        for quarter in chosen
    ]
    return table(("Quartier", "Par les rues (± 10 %)", "Vol d'oiseau × 1,3", "Personnes"), rows)


def _general(package: Package, graph: RoadGraph, sites: Sites, walk: Engines) -> dict[str, object]:
    """Count again without the places whose name says that they do not receive everyone."""
    near = snap(graph, sites.points, Mode.WALK)["snap_m"] <= BESIDE_A_STREET_M
    special = sites.frame["name"].str.contains(NOT_GENERAL) & near
    kept = sites.points.ids[~special.to_numpy()]
    fewer = measured(
        package, walk.streets.question, walk.streets.costs.only(sites=kept), sites, with_range=False
    )
    share = at_level(package, Level.MUNICIPALITY, fewer).at[CITY, "value"]
    return {"special_places": int(special.sum()), "general_share": float(share)}


def _inside(values: pd.Series) -> pd.Series:
    return values[values.index.str.startswith("quartier-qc:")]


def _name(package: Package, territory: str) -> str:
    return str(package.territories.at[territory, "name_fr"])


def _both_engines(package: Package, graph: RoadGraph, sites: Sites, compared: pd.DataFrame) -> str:
    origins = origins_of(package)
    kinds = {
        "Hors du seuil, des deux façons": (
            ~compared["within"] & ~compared["within_straight"],
            "#c3cad0",
            "dot",
        ),
        "À 15 minutes, des deux façons": (compared["within"] & compared["within_straight"], "#0b4468", "dot"),
        "À vol d'oiseau seulement": (~compared["within"] & compared["within_straight"], "#b4540a", "ring"),
        "Par les rues seulement": (compared["within"] & ~compared["within_straight"], "#7d68ad", "diamond"),
    }
    layers = [
        Marks(
            f"{label} : {Number(compared.loc[mine, 'people'].sum()):0} personnes",
            origins.take(compared.index[mine.to_numpy()]),
            colour,
            shape,
            4.2 if shape != "dot" else 3.0,
        )
        for label, (mine, colour, shape) in kinds.items()
    ]
    near = snap(graph, sites.points, Mode.WALK)["snap_m"] <= 1_000.0
    layers.append(
        Marks(
            "Lieu de mission CLSC",
            sites.points.take(sites.points.ids[near.to_numpy()]),
            "#101418",
            "square",
            3.4,
        )
    )
    return drawn(
        package,
        "À 15 minutes à pied d'un CLSC, Ville de Québec",
        list(_inside(package.level(Level.QUARTIER)["name_fr"]).index),
        layers,
        note="Un point par aire de diffusion (Statistique Canada, recensement de 2021). Rues et quartiers : "
        "Ville de Québec, CC BY 4.0. CLSC : MSSS, M02, CC BY 4.0. Calcul : Proximité.",
        streets=graph,
    )


def _supply_map(package: Package, quarters: pd.Series) -> str:
    unit = unit_of(Measure.ENHANCED)
    title = "CLSC en voiture (E2SFCA), par quartier de Québec"
    return still_map(
        package,
        Level.QUARTIER,
        quarters,
        indicator=borrowed(package, title, unit),
        title=title,
        extent=[CITY],
        width_px=960,
        height_px=640,
        notes=False,
    )
