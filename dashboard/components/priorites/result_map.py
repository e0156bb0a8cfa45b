"""The map of the table's own score, and a small one for an official figure beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

import pandas as pd

from dashboard import format as fmt
from dashboard.components.html import line, show
from dashboard.components.labels import level_in_sentence
from dashboard.components.priorites import place
from dashboard.data import CLASSES
from dashboard.i18n import _, current_language
from dashboard.maps import MapView, classify, draw, drawing_order, legend_html, palette
from dashboard.maps.outlines import OUTLINES
from dashboard.maps.still import still_map
from dashboard.priorities import words
from dashboard.priorities.rows import communities
from dashboard.settings import settings
from geodata.grids import Grid, Outcome
from geodata.model import Direction, Unit
from geodata.package import Package
from geodata.text import Text

HEIGHT: Final = 430
SMALL: Final = 300


def title_of(grid: Grid) -> str:
    """Say what the map shows."""
    level = level_in_sentence(grid.level)
    if grid.name:
        return _("{name} : score de la table, par {level}").format(name=grid.name, level=level)
    return _("Score de la table, par {level}").format(level=level)


def score_unit(grid: Grid) -> Unit:
    """Give the unit of a score: none, with the decimals of its scale."""
    return Unit("score", None, words.decimals_of(grid.scale))


def result_map(package: Package, grid: Grid, found: Outcome, territory: str | None) -> None:
    """Draw the score by class; a touched territory is looked at closely."""
    index = package.level(grid.level).index
    draw_values(
        package,
        grid,
        found.composite.score.reindex(index),
        score_unit(grid),
        title_of(grid),
        "priorities-map",
        HEIGHT,
        territory,
        partial(_choose, package),
        hidden=pd.Series(index.isin(communities(found)), index=index),
        hidden_note=no_rank(),
    )


def no_rank() -> str:
    """Say in the legend why some territories have no class."""
    return _("Communauté qui se gouverne : ni score ni rang")


def picture(package: Package, grid: Grid, found: Outcome) -> str:
    """Draw the map of the score as SVG text, for those who leave with it."""
    index = package.level(grid.level).index
    title = title_of(grid)
    # A score is no indicator of the catalogue: it borrows the form of one, and none of its sources.
    borrowed = package.indicators[grid.parts[0].indicator_id]
    drawn = replace(
        borrowed,
        title=Text(title, title),
        unit=score_unit(grid),
        direction=Direction.HIGHER_IS_NEED,
        hidden_governance=(),
    )
    return still_map(
        package,
        grid.level,
        found.composite.score.reindex(index),
        indicator=drawn,
        title=title,
        hidden=pd.Series(index.isin(communities(found)), index=index),
        notes=False,
    )


def draw_values(
    package: Package,
    grid: Grid,
    values: pd.Series,
    unit: Unit,
    title: str,
    key: str,
    height: int,
    territory: str | None = None,
    choose: Callable[[str], None] | None = None,
    hidden: pd.Series | None = None,
    hidden_note: str | None = None,
) -> None:
    """Draw values of the grid's level in classes, with their legend."""
    classes = classify(values, k=CLASSES, hidden=hidden)
    labels = tuple(fmt.interval(low, high, unit) for low, high in classes.bounds)
    colours = palette(classes.k, Direction.HIGHER_IS_NEED)
    path = package.geometry_file(grid.level)
    if path is None:
        show(line(_("Ce niveau n'a pas de carte dans ces données ; voyez le tableau.")))
        return
    view = MapView(
        level=grid.level,
        title=title,
        geometry_name=path.name,
        outline_name=_outline(package, grid),
        classes=classes.in_order(drawing_order(path)),
        palette=colours,
        labels=labels,
        selected=territory,
        language=current_language(),
        height=height,
        key=key,
        basemap_url=settings().basemap_url,
        basemap_attribution=settings().basemap_attribution,
    )
    draw(view, on_select=choose)
    show(legend_html(classes, labels, colours, hidden_note=hidden_note))


def _outline(package: Package, grid: Grid) -> str | None:
    coarser = OUTLINES.get(grid.level)
    path = package.geometry_file(coarser) if coarser else None
    return path.name if path else None


def _choose(package: Package, territory: str) -> None:
    if territory in package.level(place.read(package).usable.level).index:
        place.change(package, lambda draft: replace(draft, territory=territory))
