"""Pictures of the case studies that no page draws: places and people as marks, over outlines and streets."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from PIL import Image

from dashboard.exports.pictures import png_of_svg
from dashboard.maps.still_frame import Frame, cut, metric, paths
from dashboard.maps.still_legend import scale_bar
from dashboard.maps.still_text import FONT, TEXT_INK, wrapped, written
from geodata.access.points import Points
from geodata.networks.graph import RoadGraph
from geodata.package import Package

WIDTH: Final = 960
HEIGHT: Final = 640
PANEL: Final = (1.0, 30.0, 690.0, 580.0)
LEGEND_X: Final = 706.0
LEGEND_WIDTH: Final = 246.0
HEAVIEST_BYTES: Final = 250_000
_COLOURS: Final = 128


@dataclass(frozen=True, eq=False)
class Marks:
    """Places drawn alike: a ``dot``, a ``ring``, a ``square`` or a ``diamond``, told apart without colour."""

    label: str
    points: Points
    colour: str
    shape: str = "dot"
    size: float = 3.0


def drawn(
    package: Package,
    title: str,
    outlines: Sequence[str],
    layers: Sequence[Marks],
    *,
    note: str,
    streets: RoadGraph | None = None,
) -> str:
    """Draw layers of marks over the outlines of some territories, which the frame holds, as SVG text."""
    whole = metric(package.territories.loc[list(outlines)])
    west, south, east, north = shapely.total_bounds(whole).tolist()
    frame = Frame.around((west, south, east, north), PANEL)
    shapes = cut(whole, frame)
    x, y, width, height = PANEL
    pieces = [
        f'<path d="{"".join(paths(shapes, frame))}" fill="#fff" stroke="#7b858d" stroke-width=".9"/>',
        _streets(streets, frame) if streets is not None else "",
        *(_marks(layer, frame) for layer in layers),
    ]
    legend = _legend(layers)
    lines = wrapped(note, WIDTH - 8, 9.5)
    words = "".join(
        written(line, 2, y + height + 12 + i * 12, 9.5, style='fill="#3f4850"')
        for i, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="{FONT}" fill="{TEXT_INK}">'
        f"<title>{escape(title)}</title>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<svg x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
        f'viewBox="{x:g} {y:g} {width:g} {height:g}">'
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="#e9ecef"/>'
        f"{''.join(pieces)}{scale_bar(frame)}</svg>"
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="none" stroke="#7b858d"/>'
        f"{written(title, 2, 18, 15, style=_BOLD)}{legend}{words}</svg>"
    )


_BOLD: Final = 'font-weight="700"'


def write_png(svg: str, path: Path) -> None:
    """Write a picture in few colours, light enough for a repository.

    Raises
    ------
    ValueError
        If it is heavier than a document should carry.
    """
    image = Image.open(io.BytesIO(png_of_svg(svg, 1.5))).convert("RGB")
    image.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > HEAVIEST_BYTES:
        raise ValueError(f"{path.name}: {path.stat().st_size} bytes")


def _streets(graph: RoadGraph, frame: Frame) -> str:
    xy = frame.pixels(np.column_stack([graph.vertex_x, graph.vertex_y])).round(1)
    ends = graph.vertex_first[1:].tolist()
    lines, first = [], 0
    for end in ends:
        lines.append("M" + "L".join(f"{px:g} {py:g}" for px, py in xy[first:end].tolist()))
        first = end
    return f'<path d="{"".join(lines)}" fill="none" stroke="#b9c1c8" stroke-width=".5"/>'


def _marks(layer: Marks, frame: Frame) -> str:
    xy = frame.pixels(np.column_stack([layer.points.x_m, layer.points.y_m])).round(1).tolist()
    return "".join(_mark(layer, px, py) for px, py in xy)


def _mark(layer: Marks, x: float, y: float) -> str:
    r = layer.size
    if layer.shape == "ring":
        paint = f'fill="#fff" stroke="{layer.colour}" stroke-width="1.6"'
        return f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" {paint}/>'
    if layer.shape == "square":
        return (
            f'<rect x="{x - r:.1f}" y="{y - r:.1f}" width="{2 * r:g}" height="{2 * r:g}" '
            f'fill="{layer.colour}" stroke="#fff"/>'
        )
    if layer.shape == "diamond":
        return (
            f'<path d="M{x:g} {y - r:.1f}l{r:g} {r:g}l-{r:g} {r:g}l-{r:g}-{r:g}z" '
            f'fill="{layer.colour}" stroke="#101418" stroke-width=".7"/>'
        )
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" fill="{layer.colour}" stroke="#5b646c" stroke-width=".4"/>'
    )


def _legend(layers: Sequence[Marks]) -> str:
    pieces, down = [], PANEL[1] + 12.0
    for layer in layers:
        pieces.append(_mark(layer, LEGEND_X + 9, down - 4))
        lines = wrapped(layer.label, LEGEND_WIDTH - 26, 11)
        pieces += [written(line, LEGEND_X + 24, down + i * 15, 11) for i, line in enumerate(lines)]
        down += 15 * len(lines) + 8
    return "".join(pieces)
