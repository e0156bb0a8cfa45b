"""Maps of the page as pictures, for those who leave with them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dashboard.maps.still import still_map
from geodata.model import Direction, Indicator, Level, Unit
from geodata.package import Package
from geodata.text import Text


def borrowed(package: Package, title: str, unit: Unit) -> Indicator:
    """Give the form of an indicator to what is none: a measure borrows it, and none of its sources."""
    first = next(iter(package.indicators.values()))
    return replace(
        first, title=Text(title, title), unit=unit, direction=Direction.DESCRIPTIVE, hidden_governance=()
    )


def picture_of_values(package: Package, level: Level, values: pd.Series, unit: Unit, title: str) -> str:
    """Draw a measure by territory as SVG text: the classes and colours of the page."""
    return still_map(
        package, level, values, indicator=borrowed(package, title, unit), title=title, notes=False
    )
