"""A map that stays still: SVG drawn here, the same on a screen, in a PDF and as an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import pandas as pd

from dashboard import format as fmt
from dashboard.components.labels import level_in_sentence, territory_name
from dashboard.components.provenance import source_line
from dashboard.i18n import _, current_language, ngettext, text
from dashboard.maps.classes import Classification, Method, classify
from dashboard.maps.palette import palette
from dashboard.maps.still_drawing import Drawing, has_points
from dashboard.maps.still_fills import Fills, fills
from dashboard.maps.still_frame import Bounds
from dashboard.maps.still_legend import Row, rows_of
from dashboard.maps.still_legend import legend as legend_of
from dashboard.maps.still_text import FONT, TEXT_INK, wrapped, written
from geodata.model import Indicator, Level
from geodata.package import Package

CLASSES: Final = 5
TITLE_SIZE: Final = 15.0
TITLE_LINE: Final = 20.0
SMALL_SIZE: Final = 9.5
SMALL_LINE: Final = 13.0
DOT_RADIUS: Final = 3.0
SIDE_LEGEND_FROM: Final = 640
"""Narrower pictures have their legend under the map."""

SIDE_WIDTH: Final = 248.0
COLUMN_WIDTH: Final = 170.0
FRAME_PAD: Final = 0.04
_GAP: Final = 12.0


def still_map(
    package: Package,
    level: Level,
    values: pd.Series,
    *,
    indicator: Indicator,
    title: str,
    focus: Sequence[str] = (),
    extent: Sequence[str] | None = None,
    width_px: int = 900,
    height_px: int = 700,
    patterned: bool = False,
    legend: bool = True,
    hidden: pd.Series | None = None,
    method: Method = Method.QUANTILES,
    notes: bool = True,
    pad: float = FRAME_PAD,
    legend_under: bool = False,
) -> str:
    """Draw a map in EPSG:6623, in the current language.

    Parameters
    ----------
    package, level
        Where shapes, names and the borders of the coarser level come from.
    values
        Indexed by territory of that level, in the indicator's unit; null without data. They are classed
        together: give the whole level, so that the classes are those of the page's map. A territory that
        is not in the index is drawn pale, as ground.
    indicator
        Sets unit, hue, source line, and whose values are not shown.
    title
        Written above the map and read aloud; nothing is written above where it is empty.
    focus
        Territories outlined in black and named, of any level.
    extent
        Territories of any level that the frame holds; the whole level where null, the northernmost tenth
        of Québec then being in an inset.
    width_px, height_px
        Size of the picture.
    patterned
        Add textures that are told apart in black and white.
    legend
        Add the legend.
    hidden
        True where a value exists but is not shown; where null, every territory whose governance the
        indicator names.
    method
        How classes are cut.
    notes
        Add the source line, and under the legend the sentence that these figures need; a page that says
        both beside the map leaves them out.
    pad
        Room left around the extent, as a share of its size on each side.
    legend_under
        Put the legend under the map in a wide picture too.

    Returns
    -------
    str
        SVG text, without any outside reference; several may stand in one page.

    Raises
    ------
    SelectionError
        If none of the level's territories has a shape.
    """
    covered = _hidden(package, values, indicator) if hidden is None else hidden
    classed = classify(values.mask(covered), method, CLASSES, hidden=covered)
    labels = [fmt.interval(low, high, indicator.unit) for low, high in classed.bounds]
    paint = fills(palette(classed.k, indicator.direction), patterned=patterned, radius=DOT_RADIUS)
    page = _Page(
        width=width_px,
        height=height_px,
        title=title,
        rows=tuple(rows_of(classed, labels)) if legend else (),
        source=_source(package, indicator) if notes else "",
        about=_("Ces chiffres décrivent des conditions de vie, pas des personnes.") if notes else "",
        paint=paint,
        dotted=has_points(package.level(level)),
        beside=width_px >= SIDE_LEGEND_FROM and not legend_under,
    )
    held = None if extent is None else tuple(extent)
    drawing = Drawing(package, level, classed, paint, tuple(focus), held, page.panel, pad)
    said = _description(package, level, classed, labels, focus)
    return page.svg(drawing.svg(), title or text(indicator.title), said)


def still_classes(
    package: Package,
    level: Level,
    classed: Classification,
    *,
    labels: Sequence[str],
    colours: tuple[str, ...],
    indicator: Indicator,
    title: str,
    hidden_note: str,
    width_px: int = 900,
    height_px: int = 700,
    marked: tuple[int, ...] = (),
    sourced: bool = True,
) -> str:
    """Draw a map of classes that are not intervals of a value, such as clusters.

    Parameters
    ----------
    package, level, title, width_px, height_px
        As for ``still_map``.
    classed
        The class of each territory of the level.
    labels, colours
        What each class says, and its paint.
    indicator
        Whose source is written under the map.
    hidden_note
        What the legend says of the territories that are in no class on purpose.
    marked
        Classes that are hatched over their colour.
    sourced
        Write the source line; classes that come from several sources leave it to the page.
    """
    paint = fills(colours, patterned=False, radius=DOT_RADIUS, marked=marked)
    page = _Page(
        width=width_px,
        height=height_px,
        title=title,
        rows=tuple(rows_of(classed, labels, hidden_note)),
        source=_source(package, indicator) if sourced else "",
        about=_("Ces chiffres décrivent des conditions de vie, pas des personnes."),
        paint=paint,
        dotted=has_points(package.level(level)),
        beside=width_px >= SIDE_LEGEND_FROM,
    )
    drawing = Drawing(package, level, classed, paint, (), None, page.panel, FRAME_PAD)
    return page.svg(drawing.svg(), title, _description(package, level, classed, labels, ()))


@dataclass(frozen=True)
class _Page:
    """What stands around the map, and the room that it leaves."""

    width: int
    height: int
    title: str
    rows: tuple[Row, ...]
    source: str
    about: str
    paint: Fills
    dotted: bool
    beside: bool

    @property
    def panel(self) -> Bounds:
        """x, y, width and height of the map, pixels."""
        top = self._top()
        under = self._legend()[1] + _GAP if self.rows and not self._beside() else 0.0
        side = SIDE_WIDTH + _GAP if self._beside() else 0.0
        height = self.height - top - under - self._bottom()
        return 1.0, top, self.width - 2.0 - side, max(height, 60.0)

    def svg(self, drawn: str, name: str, said: str) -> str:
        """Put the picture together."""
        x, y, width, height = self.panel
        pieces = [drawn]
        titles = wrapped(self.title, self.width, TITLE_SIZE, bold=True)
        bold = 'font-weight="700"'
        pieces += [
            written(line, 1, 15 + i * TITLE_LINE, TITLE_SIZE, style=bold) for i, line in enumerate(titles)
        ]
        if self.rows:
            at = (x + width + _GAP, y) if self._beside() else (x, y + height + _GAP)
            pieces.append(f'<g transform="translate({at[0]:g} {at[1]:.1f})">{self._legend()[0]}</g>')
        start = self.height - self._bottom() + SMALL_LINE
        pieces += [
            written(line, 1, start + i * SMALL_LINE, SMALL_SIZE, style='fill="#3f4850"')
            for i, line in enumerate(self._sources())
        ]
        title = escape(name)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}" role="img" aria-label="{title}" '
            f'lang="{current_language()}" font-family="{FONT}" fill="{TEXT_INK}">'
            f"<title>{title}</title><desc>{escape(said)}</desc><defs>{self.paint.definitions}</defs>"
            f"{''.join(pieces)}</svg>"
        )

    def _beside(self) -> bool:
        return bool(self.rows) and self.beside

    def _top(self) -> float:
        lines = wrapped(self.title, self.width, TITLE_SIZE, bold=True)
        return len(lines) * TITLE_LINE + 4 if lines else 1.0

    def _bottom(self) -> float:
        lines = self._sources()
        return len(lines) * SMALL_LINE + 8 if lines else 1.0

    def _sources(self) -> list[str]:
        return wrapped(self.source, self.width - 4, SMALL_SIZE)

    def _legend(self) -> tuple[str, float]:
        """Draw the legend at the origin, with the sentence that these figures need; give its height."""
        width = SIDE_WIDTH if self._beside() else self.width - 4.0
        columns = 1 if self._beside() else max(1, int(width // COLUMN_WIDTH))
        drawn, height = legend_of(self.rows, self.paint, width, dotted=self.dotted, columns=columns)
        lines = wrapped(self.about, width, SMALL_SIZE)
        drawn += "".join(
            written(line, 0, height + 12 + i * SMALL_LINE, SMALL_SIZE) for i, line in enumerate(lines)
        )
        return drawn, height + (6 + len(lines) * SMALL_LINE if lines else 0)


def _hidden(package: Package, values: pd.Series, indicator: Indicator) -> pd.Series:
    """Say whose values the indicator keeps off the page."""
    kept_off = [kind.value for kind in indicator.hidden_governance]
    governed: pd.Series = package.territories["governance"].reindex(values.index)
    return governed.isin(kept_off)


def _source(package: Package, indicator: Indicator) -> str:
    known = package.sources.get(indicator.source_id)
    return source_line(known, indicator) if known else ""


def _description(
    package: Package, level: Level, classed: Classification, labels: Sequence[str], focus: Sequence[str]
) -> str:
    """Say what the picture shows to who does not see it."""
    total = len(classed.index)
    one = ngettext(
        "Carte de {n} territoire, niveau : {level}.", "Carte de {n} territoires, niveau : {level}.", total
    )
    pieces = [one.format(n=fmt.number(total), level=level_in_sentence(level))]
    if labels:
        pieces.append(
            _("Classes, de la plus claire à la plus foncée : {classes}.").format(classes=" ; ".join(labels))
        )
    if classed.no_data:
        count = fmt.number(classed.no_data)
        pieces.append(_("Sans données, hachuré : {count}.").format(count=count))
    if focus:
        names = ", ".join(territory_name(package, territory) for territory in focus)
        pieces.append(_("En évidence : {names}.").format(names=names))
    return " ".join(pieces)
