"""Six areas, three territories of CLSC and a few places, made by hand: every total fits in the head.

CLSC ``a`` holds d1, d2 and half of d3; ``b`` the other half, d4 and d6, of which nobody knows the people;
``c`` is a Cree community, d5, alone in the second health region.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from geodata.access.costs import CostFacts, Engine, Mode, TravelCosts
from geodata.access.reach import Measured, Question, costs_of, measured
from geodata.access.sites import sites_of
from geodata.model import UNITS, Aggregation, Direction, ErrorKind, Indicator, Level, Theme
from geodata.package import Package, Recall
from geodata.text import Text, same_in_both

NAN = float("nan")
A, B, C = "clsc:a", "clsc:b", "clsc:c"
AREAS = ["da:1", "da:2", "da:3", "da:4", "da:5", "da:6"]
PEOPLE = [100, 300, 200, 400, 50, None]
MILIEUS = ["urban", "urban", "rural", "rural", "remote", "unknown"]
MEMBERS = [
    ("da:1", A, 1.0), ("da:2", A, 1.0), ("da:3", A, 0.5), ("da:3", B, 0.5), ("da:4", B, 1.0),
    ("da:5", C, 1.0), ("da:6", B, 1.0),
]  # fmt: skip


def indicator(name: str, level: Level, **more: Any) -> Indicator:
    facts: dict[str, Any] = {
        "id": name,
        "source_id": f"source_{name}",
        "theme": Theme.HOUSEHOLDS,
        "title": Text(f"Titre {name}", f"Title {name}"),
        "definition": same_in_both("-"),
        "unit": UNITS["percent"],
        "direction": Direction.HIGHER_IS_NEED,
        "aggregation": Aggregation.RATIO,
        "base_level": level,
        "levels": (level,),
        "vintage": "2021",
        "caveat": same_in_both("-"),
        "periods": ("2021",),
        "error_kind": ErrorKind.ROUNDING,
    }
    return Indicator(**{**facts, **more})


def package(recalls: dict[str, Recall] | None = None, **tables: Any) -> Package:
    """Give the package, with other tables in place of its own."""
    made = Package(Path("nowhere"), {"content_sha256": "0" * 64, "files": {}}, recalls or {})
    made.__dict__.update({**_tables(), **tables})  # what the cached properties would have read from files
    return made


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    return {
        "territories": _territories(),
        "membership": _membership(),
        "indicators": catalogue(),
        "observations": _observations(),
        "services": _services(),
        "locations": _locations(),
        "location_territories": _where(),
        "access": _access(),
        "sources": {
            "listing": SimpleNamespace(area=("province:24",)),
            "childcare": SimpleNamespace(area=(A,)),
            "libraries": SimpleNamespace(area=("province:24",)),
        },
    }


def catalogue(direction: Direction = Direction.HIGHER_IS_NEED, **low_income: Any) -> dict[str, Indicator]:
    """Give the indicators: ``need`` with a direction, low income by area with other facts."""
    found = {name: indicator(name, Level.CLSC) for name in ("age_0_17_pct", "age_65_plus_pct")}
    found["need"] = indicator("need", Level.CLSC, direction=direction)
    found["low_income_lim_at_pct"] = indicator("low_income_lim_at_pct", Level.DA, **low_income)
    return found


def real(embedded: Package) -> Measured:
    """Give the share of people of Québec near a CLSC point of service by car, measured once."""
    if embedded.id not in _MEASURED:
        _MEASURED[embedded.id] = _measure(embedded)
    return _MEASURED[embedded.id]


_MEASURED: dict[str, Measured] = {}


def _measure(embedded: Package) -> Measured:
    places = sites_of(embedded, "clsc")
    travel = costs_of(embedded, Question("clsc"), sites=places).kept()
    return measured(embedded, Question("clsc"), travel, places)


def _territories() -> gpd.GeoDataFrame:
    areas = pd.DataFrame({"territory_id": AREAS, "pop_2021": PEOPLE, "milieu": MILIEUS, "level": "da"})
    areas["longitude"] = [-71.0 + at / 100 for at in range(6)]
    areas["geometry"] = [box(x - 0.005, 46.0, x + 0.005, 46.01) for x in areas["longitude"]]
    areas["governance"] = ["none"] * 4 + ["cree", "none"]
    wide = pd.DataFrame(
        {
            "territory_id": [A, B, C, "rss:01", "rss:02", "province:24"],
            "level": ["clsc"] * 3 + ["rss"] * 2 + ["province"],
            "pop_2021": [500, 500, 50, 1000, 50, 1050],
            "milieu": "unknown",
            "governance": ["none", "none", "cree", "none", "cree", "none"],
            "geometry": [box(-71.005 + i / 50, 46.0, -70.985 + i / 50, 46.01) for i in range(6)],
        }
    )
    both = pd.concat([areas, wide], ignore_index=True).astype({"pop_2021": "Int64"})
    both["latitude"] = 46.005
    return gpd.GeoDataFrame(both, crs=4326).set_index("territory_id", drop=False)


def _membership() -> pd.DataFrame:
    rows = list(MEMBERS)
    rows += [(area, "province:24", 1.0) for area in AREAS]
    rows += [(area, "rss:02" if area == "da:5" else "rss:01", 1.0) for area in AREAS]
    return pd.DataFrame(rows, columns=["da_id", "territory_id", "fraction"]).assign(census_year=2021)


def _observations() -> pd.DataFrame:
    counted = [("age_0_17_pct", 30, 20, 40), ("age_65_plus_pct", 20, 50, 10), ("need", 10, 30, 50)]
    rows = [
        (territory, name, number, number, 100.0, "ok")
        for name, *numbers in counted
        for territory, number in zip((A, B, C), numbers, strict=True)
    ]
    low_income = [10.0, 30.0, NAN, NAN, 5.0, NAN]
    states = ["ok", "ok", "no_data", "suppressed", "ok", "no_data"]
    rows += [
        (area, "low_income_lim_at_pct", number, number, 100.0, status)
        for area, number, status in zip(AREAS, low_income, states, strict=True)
    ]
    columns = ["territory_id", "indicator_id", "value", "numerator", "denominator", "status"]
    table = pd.DataFrame(rows, columns=columns).assign(period="2021", coverage=1.0, moe_95=1.0)
    table["source_id"] = "source_" + table["indicator_id"]
    table["grade"] = table["value"].notna().map({True: "solide", False: None})
    return table


SERVICES = [
    # service, place, kind, layer, capacity, source, date
    ("s1", "p1", "clsc", "clsc", None, "listing", "2026-03-01"),
    ("s2", "p2", "clsc", "clsc", None, "listing", "2026-03-01"),
    ("s3", "p2", "clsc", "clsc", None, "listing", "2026-03-01"),
    ("s4", "p5", "clsc", "clsc", None, "listing", "2026-03-01"),
    ("s5", "p1", "childcare", "youth", 40.0, "childcare", "2020-10"),
    ("s6", "p1", "childcare", "youth", 10.0, "childcare", "2020-10"),
    ("s7", "p3", "childcare", "youth", 60.0, "childcare", "2022-05"),
    ("s8", "p4", "childcare", "youth", 30.0, "childcare", ""),
    ("s9", "p3", "library", "library", 5.0, "libraries", "2024-01-01"),
    ("s10", "p5", "library", "library", None, "libraries", "2026-01-01"),
    ("s11", "p6", "library", "library", None, "libraries", "2026-02-01"),
]


def _services() -> pd.DataFrame:
    columns = ["id", "location_id", "kind", "category", "capacity", "source_id", "assured_date"]
    table = pd.DataFrame(SERVICES, columns=columns).astype({"capacity": float})
    return table.assign(name="Lieu " + table["location_id"])


def _locations() -> pd.DataFrame:
    table = pd.DataFrame({"id": ["p1", "p2", "p3", "p4", "p5", "p6"]})
    table["longitude"] = [-71.0, -70.99, -70.975, NAN, -70.96, -70.96]
    table["latitude"] = [46.005, 46.005, 46.005, NAN, 46.005, 46.005]
    table["geocode_quality"] = ["rooftop", "rooftop", "postal_code", "none", "rooftop", "rooftop"]
    # p6 is p5, listed twice.
    return table.assign(same_as=["", "", "", "", "", "p5"], name="Lieu " + table["id"])


def _where() -> pd.DataFrame:
    at = {
        "p1": (A, "rss:01"),
        "p2": (A, "rss:01"),
        "p3": (B, "rss:01"),
        "p5": (C, "rss:02"),
        "p6": (C, "rss:02"),
    }
    rows = [
        (place, level, found[i]) for place, found in at.items() for i, level in enumerate(("clsc", "rss"))
    ]
    return pd.DataFrame(rows, columns=["location_id", "level", "territory_id"])


def _access() -> pd.DataFrame:
    rows = [(territory, "youth", "ok" if territory == A else "no_data") for territory in (A, B, C)]
    table = pd.DataFrame(rows, columns=["territory_id", "category", "status"])
    return table.assign(measure="count", value=1.0)


def costs(*rows: tuple[str, str, float], doubt: float = 0.0, **more: Any) -> TravelCosts:
    """Give costs from every area where somebody lives to the three places of CLSC."""
    frame = pd.DataFrame(list(rows), columns=["origin_id", "destination_id", "minutes"])
    facts = CostFacts(Engine.GIVEN, Mode.DRIVE, same_in_both("-"), doubt=doubt, **more)
    places = pd.Index(["p1", "p2", "p5"])
    return TravelCosts.from_frame(frame, origins=pd.Index(AREAS[:5]), sites=places, facts=facts)


COSTS = (
    ("da:1", "p1", 4.0), ("da:1", "p2", 11.0), ("da:2", "p1", 11.0), ("da:2", "p2", 9.0),
    ("da:3", "p2", 28.0), ("da:3", "p5", 31.0), ("da:4", "p2", 40.0),
)  # fmt: skip
"""By car: d1 and d2 (10 minutes) have one place near enough, d3 (30) too, d4 (30) none, d5 none at all."""
