"""What a still map shows inside its frame: shapes, dots, borders, the chosen territories, names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from dashboard.components.labels import territory_name
from dashboard.maps.classes import HIDDEN, NO_DATA, Classification
from dashboard.maps.outlines import OUTLINES
from dashboard.maps.palette import GROUND
from dashboard.maps.still_fills import Fills
from dashboard.maps.still_frame import Bounds, Frame, candidates, cut, metric, opening, paths
from dashboard.maps.still_legend import scale_bar
from dashboard.maps.still_text import Labels, Name
from dashboard.maps.view import UNNAMED_LEVELS
from geodata.errors import SelectionError
from geodata.model import Level
from geodata.package import Package
from geodata.text import Text

MOST_NAMES: Final = 45
SMALLEST_NAMED_PX: Final = 24.0
CONTEXT: Final = -1
"""Code of a territory that the values do not speak of."""

CONTEXT_FILL: Final = "#f7f8f9"
INSET_SHARE: Final = 0.25
INSET_WEST_M: Final = -60_000.0
INSET_ROOM_M: Final = 300_000.0
"""South of Gaspésie and east of Mégantic (EPSG:6623) nothing of Québec would lie under the inset."""

_POLYGON: Final = 3
_Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Drawing:
    """A level to be drawn in a panel.

    Attributes
    ----------
    package, level, classed, fills
        What is drawn and how it is painted.
    focus
        Territories outlined and named, of any level.
    extent
        Territories that the frame holds; the whole level where null.
    panel
        x, y, width, height in pixels.
    pad
        Room around the extent, as a share of its size on each side.
    """

    package: Package
    level: Level
    classed: Classification
    fills: Fills
    focus: tuple[str, ...]
    extent: tuple[str, ...] | None
    panel: Bounds
    pad: float

    @cached_property
    def frame(self) -> Frame:
        """The window on the ground."""
        return Frame.around(self._bounds(), self.panel, self.pad, spare_above=self.extent is None)

    def svg(self) -> str:
        """Draw the panel."""
        x, y, width, height = self.panel
        ground = f'<path d="M{x:g} {y:g}h{width:g}v{height:g}h-{width:g}z" fill="{GROUND}"/>'
        layer = candidates(self.package.level(self.level), self.frame)
        shapes = cut(metric(layer), self.frame)
        inset, inset_box = self._inset()
        labels = Labels(self.frame, MOST_NAMES)
        labels.keep_off((x + width - 150, y + height - 34, x + width, y + height))
        if inset_box:
            labels.keep_off(inset_box)
        return "".join(
            [
                ground,
                self._areas(layer, shapes, self.frame),
                self._dots(layer, shapes),
                self._borders(),
                self._chosen(),
                self._mat(),
                inset,
                f'<g fill="#101418">{self._names(labels, layer, shapes)}</g>',
                scale_bar(self.frame),
                f'<path d="M{x:g} {y:g}h{width:g}v{height:g}h-{width:g}z" fill="none" stroke="#7b858d"/>',
            ]
        )

    def _bounds(self) -> Bounds:
        """Give what the frame has to hold, in metres."""
        if self.extent is not None:
            asked = metric(self.package.territories.loc[list(self.extent)])
            present = asked[~(shapely.is_missing(asked) | shapely.is_empty(asked))]
            if len(present):
                west, south, east, north = shapely.total_bounds(present).tolist()
                return west, south, east, north
        shapes = metric(self.package.level(self.level))
        if (shapely.is_missing(shapes) | shapely.is_empty(shapes)).all():
            raise SelectionError(
                Text("Ce niveau n'a pas de carte dans ces données", "This level has no map in these data"),
                where=self.level.value,
                hint=Text("voyez le tableau", "see the table"),
            )
        return opening(shapes)

    def _codes(self, territories: Iterable[str]) -> list[int]:
        rows = self.classed.index.get_indexer(pd.Index(list(territories)))
        return [int(self.classed.classes[row]) if row >= 0 else CONTEXT for row in rows]

    def _areas(self, layer: gpd.GeoDataFrame, shapes: _Shapes, frame: Frame) -> str:
        """Paint polygons, large first: where some lie on others, the small ones stay on top."""
        written = paths(shapes, frame)
        codes = self._codes(layer.index)
        area = np.nan_to_num(shapely.area(shapes))
        order = [int(i) for i in np.argsort(-area, kind="stable") if written[i]]
        if not order:
            return ""
        side = float(np.median(np.sqrt(area[order]))) / frame.metres_per_px
        line = min(0.9, max(0.25, side / 30))
        drawn = (f'<path fill="{self._paint(codes[i])}" d="{written[i]}"/>' for i in order)
        style = f'stroke="{self.fills.edge}" stroke-width="{line:.2g}" stroke-linejoin="round"'
        return f'<g fill-rule="evenodd" {style}>{"".join(drawn)}</g>'

    def _paint(self, code: int) -> str:
        return self.fills.paints.get(code, CONTEXT_FILL)

    def _dots(self, layer: gpd.GeoDataFrame, shapes: _Shapes) -> str:
        """Draw the territories that only a point situates, those of a class in two strokes: edge, colour."""
        here = np.flatnonzero(shapely.get_type_id(shapes) == 0)
        if not len(here):
            return ""
        xy = self.frame.pixels(shapely.get_coordinates(shapes[here])).round(1)
        codes = np.array(self._codes(layer.index[here]))
        # Many dots are smaller, so that they seldom touch.
        scale = min(1.4, max(0.5, 0.09 * float(np.sqrt(self.frame.width * self.frame.height / len(here)))))
        drawn = []
        for code in sorted(set(codes.tolist()), key=lambda c: (c not in (CONTEXT, NO_DATA, HIDDEN), c)):
            places = "".join(f"M{x:g} {y:g}h.1" for x, y in xy[codes == code].tolist())
            diameter = 2 * scale * self.fills.radii.get(code, 2.0)
            drawn.append(
                f'<path d="{places}" stroke="#5b646c" stroke-width="{diameter + 1:.1f}"/>'
                f'<path d="{places}" stroke="{self.fills.dots.get(code, CONTEXT_FILL)}" '
                f'stroke-width="{diameter:.1f}"/>'
            )
        return f'<g fill="none" stroke-linecap="round">{"".join(drawn)}</g>'

    def _borders(self) -> str:
        """Draw the borders of the coarser level."""
        layer = self._coarser()
        if layer is None:
            return ""
        written = "".join(paths(cut(metric(layer), self.frame), self.frame))
        return (
            f'<path d="{written}" fill="none" stroke="#3f4850" stroke-width="1.1" stroke-linejoin="round"/>'
        )

    def _coarser(self) -> gpd.GeoDataFrame | None:
        coarser = OUTLINES.get(self.level)
        if coarser is None or coarser.value not in set(self.package.territories["level"]):
            return None
        return candidates(self.package.level(coarser), self.frame)

    def _chosen(self) -> str:
        """Outline the chosen territories, black over white so that it shows on every colour."""
        layer = self.package.territories.loc[list(self.focus)]
        shapes = cut(metric(layer), self.frame)
        outline = "".join(paths(shapes, self.frame))
        here = shapes[shapely.get_type_id(shapes) == 0]
        for x, y in self.frame.pixels(shapely.get_coordinates(here)).tolist():
            outline += f"M{x - 7:.1f} {y:.1f}a7 7 0 1 0 14 0a7 7 0 1 0-14 0z"
        if not outline:
            return ""
        return "".join(
            f'<path d="{outline}" fill="none" stroke="{ink}" stroke-width="{thick}" stroke-linejoin="round"/>'
            for ink, thick in (("#ffffff", 5.5), ("#101418", 2.6))
        )

    def _mat(self) -> str:
        """Cover what the lines draw outside of the panel: a clip would be lost in some PDF readers."""
        x, y, width, height = self.panel
        rim = 6
        hole = f"M{x:g} {y:g}v{height:g}h{width:g}v-{height:g}z"
        outer = f"M{x - rim:g} {y - rim:g}h{width + 2 * rim:g}v{height + 2 * rim:g}h-{width + 2 * rim:g}z"
        return f'<path d="{outer}{hole}" fill="#fff" fill-rule="evenodd"/>'

    def _names(self, labels: Labels, layer: gpd.GeoDataFrame, shapes: _Shapes) -> str:
        chosen = self.package.territories.loc[list(self.focus)]
        drawn = labels.place(
            self._candidates(chosen, cut(metric(chosen), self.frame), 13, 'font-weight="700"', always=True)
        )
        if self.level not in UNNAMED_LEVELS:
            drawn += labels.place(self._candidates(layer, shapes, 10.5, ""))
        coarser = self._coarser()
        if coarser is not None:
            cut_shapes = cut(metric(coarser), self.frame)
            drawn += labels.place(self._candidates(coarser, cut_shapes, 11, 'font-style="italic"'))
        return drawn

    def _candidates(
        self, layer: gpd.GeoDataFrame, shapes: _Shapes, size: float, style: str, *, always: bool = False
    ) -> list[Name]:
        """Give a name for each territory: inside its largest part, with that part's width as its room."""
        parts, owner = shapely.get_parts(shapes, return_index=True)
        order = np.lexsort((-shapely.area(parts), owner))
        owners, first = np.unique(owner[order], return_index=True)
        largest = parts[order[first]]
        if not len(largest):
            return []
        middles = self.frame.pixels(shapely.get_coordinates(shapely.point_on_surface(largest)))
        bounds = shapely.bounds(largest)
        rooms = (bounds[:, 2] - bounds[:, 0]) / self.frame.metres_per_px
        tops = self.frame.pixels(bounds[:, [0, 3]])[:, 1]
        names = [
            Name(territory_name(self.package, str(layer.index[at])), x, y, room, top, size, style, always)
            for at, (x, y), room, top in zip(
                owners.tolist(), middles.tolist(), rooms.tolist(), tops.tolist(), strict=True
            )
            if always or room > SMALLEST_NAMED_PX
        ]
        return names

    def _inset(self) -> tuple[str, Bounds | None]:
        """Draw the whole of a level beside it where the frame leaves its north out."""
        shapes = metric(self.package.level(self.level))
        if self.extent is not None or not _all_areas(shapes):
            return "", None
        west, south, east, north = shapely.total_bounds(shapes).tolist()
        if north <= self.frame.north:
            return "", None
        x, y, width, height = self.panel
        high = min(height * INSET_SHARE, INSET_ROOM_M / self.frame.metres_per_px)
        wide = high * (east - west) / (north - south)
        left = self.frame.pixels(np.array([[INSET_WEST_M, south]]))[0][0]
        left = min(max(left, x + 6), x + width - wide - 6)
        small = Frame.around((west, south, east, north), (left, y + height - high - 6, wide, high), pad=0.01)
        box = f"M{small.x:.1f} {small.y:.1f}h{wide:.1f}v{high:.1f}h-{wide:.1f}z"
        drawn = (
            f'<path d="{box}" fill="#fff" stroke="#7b858d"/>'
            f"{self._areas(self.package.level(self.level), shapes, small)}"
            f'<path d="{_rectangle(self.frame, small)}" fill="none" stroke="#101418" stroke-width="1.2"/>'
        )
        return drawn, (small.x, small.y, small.x + wide, small.y + high)


def _rectangle(shown: Frame, small: Frame) -> str:
    """Draw in the inset what the large map shows, as far as the inset goes."""
    west, south, east, north = shown.bounds
    corners = small.pixels(np.array([[west, north], [east, south]]))
    low = [small.x, small.y]
    (left, top), (right, bottom) = np.clip(
        corners, low, [small.x + small.width, small.y + small.height]
    ).tolist()
    return f"M{left:.1f} {top:.1f}H{right:.1f}V{bottom:.1f}H{left:.1f}z"


def _all_areas(shapes: _Shapes) -> bool:
    """Say whether a level has no territory that only a dot situates: dots would fill an inset."""
    return not (shapely.get_type_id(shapes) == 0).any()


def has_points(layer: gpd.GeoDataFrame) -> bool:
    """Say whether some territories of a level are dots."""
    return not _all_areas(np.asarray(layer.geometry, dtype=object))
