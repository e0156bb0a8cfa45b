"""The maps of the page: values of a level in classes, and need against access."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import pandas as pd

from dashboard import format as fmt
from dashboard.components.html import line, show
from dashboard.data import CLASSES
from dashboard.i18n import _, current_language
from dashboard.maps import Classification, MapView, classify, draw, drawing_order, legend_html, palette
from dashboard.maps.outlines import OUTLINES
from dashboard.settings import settings
from geodata.model import Direction, Level, Unit
from geodata.package import Package

HEIGHT: Final = 460

Bounds = tuple[float, float, float, float]
"""West, south, east, north, degrees."""


def value_map(
    package: Package,
    level: Level,
    values: pd.Series,
    unit: Unit,
    title: str,
    selected: str | None,
    choose: Callable[[str], None],
    bounds: Bounds | None = None,
) -> None:
    """Draw a measure of access by territory; the hue is not that of a need."""
    classes, labels, colours = classed(values, unit)
    class_map(package, level, classes, labels, colours, title, "access-map", selected, choose, bounds=bounds)


def value_legend(values: pd.Series, unit: Unit) -> str:
    """Write the legend of ``value_map``."""
    return legend_html(*classed(values, unit))


def classed(values: pd.Series, unit: Unit) -> tuple[Classification, tuple[str, ...], tuple[str, ...]]:
    """Put a measure into classes; give them with their words and their colours."""
    classes = classify(values, k=CLASSES)
    labels = tuple(fmt.interval(low, high, unit) for low, high in classes.bounds)
    return classes, labels, palette(classes.k, Direction.DESCRIPTIVE)


def class_map(
    package: Package,
    level: Level,
    classes: Classification,
    labels: Sequence[str],
    colours: tuple[str, ...],
    title: str,
    key: str,
    selected: str | None,
    choose: Callable[[str], None],
    marked: tuple[int, ...] = (),
    bounds: Bounds | None = None,
) -> None:
    """Draw classes of a level; say so where these data have no shapes for it."""
    path = package.geometry_file(level)
    if path is None:
        show(line(_("Ce niveau n'a pas de carte dans ces données ; voyez le tableau.")))
        return
    coarser = OUTLINES.get(level)
    outline = package.geometry_file(coarser) if coarser else None
    draw(
        MapView(
            level=level,
            title=title,
            geometry_name=path.name,
            outline_name=outline.name if outline else None,
            classes=classes.in_order(drawing_order(path)),
            palette=colours,
            labels=tuple(labels),
            bounds=bounds,
            selected=selected if selected in package.level(level).index else None,
            language=current_language(),
            height=HEIGHT,
            key=key,
            basemap_url=settings().basemap_url,
            basemap_attribution=settings().basemap_attribution,
            marked=marked,
        ),
        on_select=choose,
    )
