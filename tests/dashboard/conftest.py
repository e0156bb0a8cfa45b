"""A tiny package made by hand: two health regions, six CLSC territories, three MRC, twelve areas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from dashboard.navigation import Place
from geodata.model import (
    UNITS,
    Aggregation,
    Direction,
    ErrorKind,
    Governance,
    Indicator,
    Level,
    Source,
    Theme,
)
from geodata.package import Package
from geodata.schemas import PARENT_COLUMNS, SCHEMAS, validate
from geodata.text import Text, same_in_both
from geodata.topology import encode
from geodata.writing import write_package

PAGE = """
from dashboard.app import draw
from dashboard.navigation import Place

draw(Place.{place})
"""

CLSC = [
    # code, name, aliases, rss, rts, people, governance
    ("06021", "Hochelaga-Maisonneuve", "Hochelaga|HoMa", "06", "063", 50_000, "none"),
    ("06032", "Côte-des-Neiges", "CDN", "06", "065", 90_000, "none"),
    ("06033", "Notre-Dame-de-Grâce–Montréal-Ouest", "NDG", "06", "065", 70_000, "none"),
    ("14011", "Joliette", "", "14", "141", 60_000, "none"),
    ("14012", "D'Autray", "", "14", "141", 40_000, "none"),
    ("18001", "Mistissini", "", "18", "181", 3_500, "cree"),
]
MRC = [("66", "Montréal", "66", 210_000), ("61", "Joliette", "14", 60_000), ("52", "D'Autray", "14", 40_000)]
SHARES = [12.34, 15.0, 18.25, 22.5, float("nan"), 9.9]
SCORES = [0.5, -0.25, 0.0, 1.25, 0.75, 2.0]


def territory(level: Level, code: str, name: str, x: int, **more: Any) -> dict[str, Any]:
    return {
        "territory_id": f"{level.value}:{code}",
        "level": level.value,
        "name_fr": name,
        "name_en": name,
        **dict.fromkeys(PARENT_COLUMNS),
        "pop_2021": 1000,
        "land_km2": 10.0,
        "milieu": "urban",
        "governance": "none",
        "status": "ok",
        "caveat_fr": "",
        "caveat_en": "",
        "aliases": "",
        "longitude": -73.0 + x / 10,
        "latitude": 46.05,
        "source_id": "test",
        "geometry": box(-73.05 + x / 10, 46.0, -72.95 + x / 10, 46.1),
        **more,
    }


def territories() -> gpd.GeoDataFrame:
    rows = [territory(Level.PROVINCE, "24", "Québec", 0, pop_2021=310_000)]
    rows += [
        territory(Level.RSS, code, name, i, pop_2021=p)
        for i, (code, name, p) in enumerate(
            [("06", "Montréal", 210_000), ("14", "Lanaudière", 100_000), ("18", "Terres-Cries", 3_500)]
        )
    ]
    rows += [
        territory(Level.RTS, code, f"RTS {code}", i, rss_id=f"rss:{code[:2]}")
        for i, code in enumerate(["063", "065", "141", "181"])
    ]
    rows += [
        territory(Level.MRC, code, name, i, region_id=f"region:{region}", pop_2021=people)
        for i, (code, name, region, people) in enumerate(MRC)
    ]
    for i, (code, name, aliases, rss, rts, people, governance) in enumerate(CLSC):
        parents = {"rss_id": f"rss:{rss}", "rts_id": f"rts:{rts}"}
        rows.append(
            territory(
                Level.CLSC, code, name, i, aliases=aliases, pop_2021=people, governance=governance, **parents
            )
        )
        rows += [
            territory(
                Level.DA,
                f"24{code}{n}",
                f"24{code}{n}",
                2 * i + n,
                clsc_id=f"clsc:{code}",
                pop_2021=None,
                **parents,
            )
            for n in range(2)
        ]
    frame = gpd.GeoDataFrame(rows, crs=4326)
    frame["pop_2021"] = frame["pop_2021"].astype("Int64")
    return frame


def indicator(name: str, french: str, english: str, **more: Any) -> Indicator:
    facts: dict[str, Any] = {
        "id": name,
        "source_id": "test",
        "theme": Theme.AGES,
        "title": Text(french, english),
        "definition": Text(f"Définition : {french}", f"Definition: {english}"),
        "unit": UNITS["percent"],
        "direction": Direction.DESCRIPTIVE,
        "aggregation": Aggregation.RATIO,
        "base_level": Level.CLSC,
        "levels": (Level.PROVINCE, Level.RSS, Level.RTS, Level.CLSC),
        "vintage": "2021",
        "caveat": Text("Mise en garde.", "Caveat."),
        "periods": ("2021", "2031"),
        "error_kind": ErrorKind.UNPUBLISHED,
    }
    return Indicator(**{**facts, **more})


def catalogue() -> list[Indicator]:
    return [
        indicator("population", "Population", "Population", theme=Theme.PEOPLE, unit=UNITS["people"],
                  levels=tuple(Level), periods=("2021",), error_kind=ErrorKind.NONE),
        indicator("age_65_plus_pct", "Personnes de 65 ans et plus", "People aged 65 and over"),
        indicator("cimd_situational_vulnerability", "Vulnérabilité situationnelle",
                  "Situational vulnerability",
                  theme=Theme.DEPRIVATION, unit=UNITS["score"], levels=(Level.CLSC, Level.MRC),
                  direction=Direction.HIGHER_IS_NEED, periods=("2021",), expected_value=0.0,
                  reference=Text("Moyenne du Canada", "Mean of Canada"),
                  hidden_governance=(Governance.CREE,)),
    ]  # fmt: skip


def observation(place: str, name: str, period: str, value: float, kind: ErrorKind) -> dict[str, Any]:
    known = value == value
    return {
        "territory_id": place,
        "indicator_id": name,
        "period": period,
        "value": value,
        "numerator": None,
        "denominator": None,
        "n_cells": 1,
        "coverage": 0.95 if known else None,
        "source_id": "test",
        "error_kind": kind.value,
        "status": "ok" if known else "suppressed",
        "moe_95": None,
        "grade": "prudence" if known else None,
    }


def observations(places: gpd.GeoDataFrame) -> pd.DataFrame:
    rows = [
        observation(p, "population", "2021", float(n), ErrorKind.NONE)
        for p, n in places.loc[places["pop_2021"].notna(), ["territory_id", "pop_2021"]].itertuples(
            index=False
        )
    ]
    unpublished = ErrorKind.UNPUBLISHED
    for period, more in (("2021", 0.0), ("2031", 5.0)):
        rows.append(observation("province:24", "age_65_plus_pct", period, 20.0 + more, unpublished))
        rows.append(observation("rss:06", "age_65_plus_pct", period, 16.8 + more, unpublished))
        rows += [
            observation(f"clsc:{row[0]}", "age_65_plus_pct", period, value + more, unpublished)
            for row, value in zip(CLSC, SHARES, strict=True)
        ]
    rows += [
        observation(f"clsc:{row[0]}", "cimd_situational_vulnerability", "2021", value, unpublished)
        for row, value in zip(CLSC, SCORES, strict=True)
    ]
    rows += [
        observation(f"mrc:{row[0]}", "cimd_situational_vulnerability", "2021", value, unpublished)
        for row, value in zip(MRC, SCORES, strict=False)
    ]
    return pd.DataFrame(rows).astype({"moe_95": float, "numerator": float, "denominator": float})


def service_tables() -> dict[str, pd.DataFrame]:
    points = [("p1", "CLSC de Hochelaga", "clsc", 0), ("p2", "Bibliothèque <b>Maisonneuve</b>", "library", 0),
              ("p3", "CLSC de Joliette", "clsc", 3)]  # fmt: skip
    locations = pd.DataFrame(
        [
            {"id": i, "name": name, "address": "", "city": "Montréal", "postal_code": "",
             "longitude": -73.0 + x / 10, "latitude": 46.06, "geocode_quality": "rooftop",
             "same_as": "", "source_id": "test", "assured_date": "2026-03-23"}
            for i, name, _category, x in points
        ]
    )  # fmt: skip
    services = pd.DataFrame(
        [
            {"id": f"s-{i}", "organization_id": "org-1", "location_id": i, "name": name, "category": category,
             "kind": category, "detail_fr": "", "detail_en": "", "only_mission": False, "source_id": "test",
             "assured_date": "2026-03-23"}
            for i, name, category, _x in points
        ]
    )  # fmt: skip
    where = pd.DataFrame(
        [(i, level, place, "polygon")
         for i, places in (("p1", ("clsc:06021", "rts:063")), ("p2", ("clsc:06021", "rts:063")),
                           ("p3", ("clsc:14011", "rts:141")))
         for level, place in zip(("clsc", "rts"), places, strict=True)],
        columns=["location_id", "level", "territory_id", "method"],
    )  # fmt: skip
    access = pd.DataFrame(
        [
            ("clsc:06021", "clsc", "count", 1.0, "ok"),
            ("clsc:06021", "clsc", "per_10000", 0.2, "ok"),
            ("clsc:06021", "library", "count", 1.0, "ok"),
            ("clsc:06021", "health", "count", 0.0, "ok"),
            ("clsc:06021", "community", "count", None, "no_data"),
        ],
        columns=["territory_id", "category", "measure", "value", "status"],
    )
    organizations = pd.DataFrame(
        [{"id": "org-1", "name": "CIUSSS de l'Est", "alternate_name": "", "source_id": "test",
          "assured_date": "2026-03-23"}]
    )  # fmt: skip
    return {
        "organizations": organizations,
        "locations": locations,
        "services": services,
        "location_territories": where,
        "access": access,
    }


def tiny_tables() -> dict[str, pd.DataFrame]:
    places = territories()
    areas = places[places["level"] == "da"]
    membership = pd.DataFrame(
        [
            {
                "da_id": area,
                "territory_id": parent,
                "fraction": 1.0,
                "census_year": 2021,
                "method": "published_code",
            }
            for area, *parents in areas[["territory_id", "clsc_id", "rss_id"]].itertuples(index=False)
            for parent in parents
        ]
    )
    codes = pd.DataFrame(
        [("H1W2C3", -73.0, 46.0, "da:24060210"), ("H1W2C4", -73.0, 46.0, "da:24060211"),
         ("J6E1A1", -72.7, 46.0, "da:24140110")],
        columns=["code", "longitude", "latitude", "da_id"],
    )  # fmt: skip
    tables = {
        "territories": places,
        "membership": membership,
        "observations": observations(places),
        "postal_codes": codes,
        **service_tables(),
    }
    return {name: validate(name, frame) if name in SCHEMAS else frame for name, frame in tables.items()}


def tiny_manifest() -> dict[str, Any]:
    source = Source(
        id="test",
        title=Text("Source d'essai", "Test source"),
        producer=same_in_both("Atelier"),
        licence="cc-by-4.0",
        vintage="2021",
        reference_date="2021-05-11",
        url="https://example.org",
        attribution=Text("Atelier, 2021.", "Workshop, 2021."),
        caveat=Text("Essai.", "Test."),
        condition="",
    )
    return {"built_at": "2026-11-22T00:00:00Z", "sources": [source.as_dict()], "checks": []}


def write_tiny(folder: Path, **manifest: Any) -> Package:
    tables = tiny_tables()
    places = tables["territories"]
    assert isinstance(places, gpd.GeoDataFrame)
    geometry = {level: encode(frame) for level, frame in places.groupby("level")}
    return write_package(folder, tables, catalogue(), geometry, {**tiny_manifest(), **manifest})


@pytest.fixture(scope="session", autouse=True)
def _installed_once() -> Iterator[None]:
    """Read what is installed once a process: ``AppTest`` reads it again for each page, in 0.3 s."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)
        )
        yield


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """A package that no test writes to."""
    return write_tiny(tmp_path_factory.mktemp("package") / "tiny")


@pytest.fixture
def own_tiny(tmp_path: Path) -> Package:
    """A package that a test may damage."""
    return write_tiny(tmp_path / "own")


@pytest.fixture(name="write_tiny")
def _write_tiny() -> Callable[..., Package]:
    """Write the tiny package into a folder; more facts go to its manifest."""
    return write_tiny


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Give a data folder of its own to a test."""
    folder = tmp_path / "home"
    monkeypatch.setenv("PROXIMITE_HOME", str(folder))
    return folder


@pytest.fixture
def visit_place(monkeypatch: pytest.MonkeyPatch, tiny: Package, home: Path) -> Callable[..., AppTest]:
    """Open a page by its place in the navigation, on the tiny package."""
    monkeypatch.setenv("PROXIMITE_PACKAGE", str(tiny.path))

    def go(place: Place, **query: str) -> AppTest:
        at = AppTest.from_string(PAGE.format(place=place.name), default_timeout=30)
        for key, value in query.items():
            at.query_params[key] = value
        return at.run()

    return go
