"""A world small enough to compute by hand: four areas on a line, one CLSC, one road in between."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from pyproj import Transformer
from shapely.geometry import box

from geodata.model import UNITS, Aggregation, Direction, ErrorKind, Indicator, Level, Theme
from geodata.package import Package
from geodata.schemas import PARENT_COLUMNS
from geodata.text import Text

_DEGREES = Transformer.from_crs(6623, 4326, always_xy=True)
_ORIGIN = (-185_000.0, 325_000.0)

AREAS = {  # kilometres along the line, people, people with low income (null: not known)
    "da:1": (0.0, 100, 10.0),
    "da:2": (3.0, 200, None),
    "da:3": (6.0, 300, 30.0),
    "da:4": (12.0, 400, 200.0),
}
PLACES = {  # kilometres along the line, kind
    "clsc-0": (0.0, "clsc"),
    "school-5": (5.0, "school"),
    "school-8": (8.0, "school"),
    "library-8": (8.0, "library"),
    "library-11": (11.0, "library"),
    "school-30": (30.0, "school"),
}
MINUTES_PER_KM = 1.3 / 35 * 60
"""In town: a straight line × 1.3 at 35 km/h."""


def at(km: float) -> tuple[float, float]:
    """Give longitude and latitude of a point of the line."""
    longitude, latitude = _DEGREES.transform(_ORIGIN[0] + 1000 * km, _ORIGIN[1])
    return float(longitude), float(latitude)


def _territory(level: Level, code: str, km: float, people: float | None, **more: Any) -> dict[str, Any]:
    longitude, latitude = at(km)
    return {
        "territory_id": f"{level.value}:{code}",
        "level": level.value,
        "name_fr": f"{level.value} {code}",
        "name_en": f"{level.value} {code}",
        **dict.fromkeys(PARENT_COLUMNS),
        "pop_2021": people,
        "milieu": "urban",
        "governance": "none",
        "longitude": longitude,
        "latitude": latitude,
        "geometry": None,
        **more,
    }


def _territories() -> gpd.GeoDataFrame:
    (west, south), (east, north) = at(-60), at(60)
    around = box(min(west, east) - 1, min(south, north) - 1, max(west, east) + 1, max(south, north) + 1)
    rows = [
        _territory(Level.PROVINCE, "24", 0, 1000, geometry=around),
        _territory(Level.RSS, "03", 0, 1000),
        _territory(Level.MUNICIPALITY, "m1", 0, 450),
        _territory(Level.MUNICIPALITY, "m2", 9, 550),
    ]
    for name, (km, people, _poor) in AREAS.items():
        mine = "municipality:m1" if km < 6 else "municipality:m2"
        rows.append(_territory(Level.DA, name.removeprefix("da:"), km, people, municipality_id=mine))
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=4326).set_index("territory_id", drop=False)
    frame["pop_2021"] = frame["pop_2021"].astype("Int64")
    return frame


def _membership() -> pd.DataFrame:
    rows = [
        ("da:1", "m1", 1.0),
        ("da:2", "m1", 1.0),
        ("da:3", "m1", 0.5),
        ("da:3", "m2", 0.5),
        ("da:4", "m2", 1.0),
    ]
    links = [(area, f"municipality:{code}", fraction) for area, code, fraction in rows]
    links += [(area, "rss:03", 1.0) for area in AREAS]
    frame = pd.DataFrame(links, columns=["da_id", "territory_id", "fraction"])
    return frame.assign(census_year=2021, method="published_code")


def _places() -> dict[str, pd.DataFrame]:
    names = list(PLACES)
    services = pd.DataFrame(
        {
            "id": [f"s-{name}" for name in names],
            "organization_id": "org",
            "location_id": names,
            "name": [name.upper() for name in names],
            "category": [{"school": "youth"}.get(kind, kind) for _km, kind in PLACES.values()],
            "kind": [kind for _km, kind in PLACES.values()],
            "capacity": float("nan"),
            "source_id": "test",
            "assured_date": "2026-03-23",
        }
    )
    points = [at(km) for km, _kind in PLACES.values()]
    locations = pd.DataFrame(
        {
            "id": names,
            "name": [name.upper() for name in names],
            "longitude": [longitude for longitude, _ in points],
            "latitude": [latitude for _, latitude in points],
            "geocode_quality": "rooftop",
            "same_as": "",
        }
    )
    inside = pd.DataFrame({"location_id": names, "level": "rss", "territory_id": "rss:03", "method": "point"})
    codes = [("G0A0A1", *at(0.1), "da:1"), ("G0A0A2", *at(11.4), "da:4")]
    return {
        "services": services,
        "locations": locations,
        "location_territories": inside,
        "access": pd.DataFrame(columns=["territory_id", "category", "measure", "value", "status"]),
        "postal_codes": pd.DataFrame(codes, columns=["code", "longitude", "latitude", "da_id"]).set_index(
            "code"
        ),
    }


def _indicator() -> Indicator:
    title = Text("Personnes à faible revenu", "People with low income")
    return Indicator(
        id="low_income_lim_at_pct",
        source_id="test",
        theme=Theme.INCOME,
        title=title,
        definition=title,
        unit=UNITS["percent"],
        direction=Direction.HIGHER_IS_NEED,
        aggregation=Aggregation.RATIO,
        base_level=Level.DA,
        levels=(Level.DA,),
        vintage="2021",
        caveat=title,
        periods=("2021",),
        error_kind=ErrorKind.ROUNDING,
    )


def _observations() -> pd.DataFrame:
    rows = [
        {
            "territory_id": name,
            "indicator_id": "low_income_lim_at_pct",
            "period": "2021",
            "value": None if poor is None else 100 * poor / people,
            "numerator": poor,
            "denominator": people,
            "coverage": None if poor is None else 1.0,
            "source_id": "test",
            "error_kind": "rounding",
            "status": "no_data" if poor is None else "ok",
            "moe_95": None if poor is None else 1.0,
            "grade": None if poor is None else "solide",
        }
        for name, (_km, people, poor) in AREAS.items()
    ]
    return pd.DataFrame(rows).astype({"value": float, "numerator": float, "moe_95": float, "coverage": float})


def make_small(**changes: dict[str, Any]) -> Package:
    """Give the world as a package that is only in memory; ``changes`` are columns set on territories."""
    package = Package(Path("nowhere"), {"content_sha256": "5ma11" * 8, "files": {}, "sources": []})
    territories = _territories()
    for column, values in changes.items():
        for name, value in values.items():
            territories.loc[name, column] = value
    tables: dict[str, Any] = {
        "territories": territories,
        "membership": _membership(),
        "observations": _observations(),
    }
    tables["sources"] = {"test": SimpleNamespace(area=("rss:03",))}
    # Tables load when first asked for: these are there already.
    package.__dict__.update({**tables, **_places(), "indicators": {"low_income_lim_at_pct": _indicator()}})
    return package


@pytest.fixture(scope="package")
def small() -> Package:
    """Give the world; no test changes it."""
    return make_small()
