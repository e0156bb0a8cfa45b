"""What the pages print for Montréal's tables is what the INSPQ published, to the digit."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from dashboard import format as fmt
from dashboard.components.table_frame import table_frame, value_title
from dashboard.figures import figures
from dashboard.i18n import in_language
from geodata.model import Level
from geodata.package import Package


@pytest.fixture(scope="module")
def package(embedded_package: Package) -> Package:
    return embedded_package


@pytest.fixture
def published(mirror: Path) -> pd.DataFrame:
    file = mirror / "inspq_idms_2021_montreal" / "inspq_idms2021_montreal_neighbourhoods.parquet"
    rows = pd.read_parquet(file)
    rows = rows[rows["geo"].eq("tq")]
    return rows.set_index("table-mtl:" + rows["territoire"])


def exact_sum(first: float, second: float) -> Decimal:
    """Add two figures of one decimal without binary noise."""
    return Decimal(str(first)) + Decimal(str(second))


@pytest.mark.parametrize(
    ("indicator", "word"), [("idms_material_q4_q5_pct", "mat"), ("idms_social_q4_q5_pct", "soc")]
)
def test_every_table_shows_the_two_highest_fifths_as_published(
    package: Package, published: pd.DataFrame, indicator: str, word: str
) -> None:
    shown = figures(package, Level.TABLE, indicator, "2021").values
    assert len(published) == len(shown) == 32
    unit = package.indicators[indicator].unit
    for table, row in published.iterrows():
        total = exact_sum(row[f"{word}_q4_pct"], row[f"{word}_q5_pct"])
        with in_language("fr"):
            assert fmt.with_unit(shown[table], unit) == f"{total}".replace(".", ",") + "\u00a0%"
        with in_language("en"):
            assert fmt.with_unit(shown[table], unit) == f"{total}%"


def test_earlier_years_are_those_of_the_published_trend(package: Package, published: pd.DataFrame) -> None:
    for year in ("2011", "2016"):
        shown = figures(package, Level.TABLE, "idms_material_q4_q5_pct", year).values
        for table, row in published.iterrows():
            trend = json.loads(row["trend_json"])
            share = dict(zip(map(str, trend["years"]), trend["mat"], strict=True))[year]
            assert shown[table] == pytest.approx(share)


@pytest.mark.parametrize(
    ("indicator", "column"),
    [("market_basket_poverty_pct", "mpc21_pct"), ("shelter_30_households_pct", "logement_30pct_pct")],
)
def test_the_table_on_screen_holds_the_published_shares(
    package: Package, published: pd.DataFrame, indicator: str, column: str
) -> None:
    definition = package.indicators[indicator]
    rows = table_frame(package, figures(package, Level.TABLE, indicator, "2021"), definition)
    assert rows[value_title(definition)].to_dict() == pytest.approx(published[column].to_dict())
