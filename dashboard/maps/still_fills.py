"""What fills the shapes of a still map: colours, textures that survive a photocopy, and the two hatches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboard.maps.classes import HIDDEN, NO_DATA
from dashboard.maps.palette import HIDDEN_LINE, NO_DATA_GROUND, NO_DATA_LINE

INK: Final = "#06202f"
_TILE: Final = 8
_STEPS: Final = "M-2 2L2-2M-2 10L10-2M6 10L10 6"
_BACK: Final = "M-2 6L2 10M-2-2L10 10M6-2L10 2"

_TEXTURES: Final = (
    '<circle cx="2" cy="2" r=".75"/><circle cx="6" cy="6" r=".75"/>',
    '<circle cx="2" cy="2" r="1.5"/><circle cx="6" cy="6" r="1.5"/>',
    '<path d="M0 1h8v1.9h-8zM0 5h8v1.9h-8z"/>',
    '<path d="M0 0h8v2h-8zM0 4h8v2h-8zM0 0h2v8h-2zM4 0h2v8h-2z"/>',
)
"""Lightest to darkest, from 5 to 80 % of ink; the class above them is solid.

Slanted lines are kept for what has no class."""


@dataclass(frozen=True)
class Fills:
    """The paint of each class.

    Attributes
    ----------
    definitions
        SVG of the patterns, to put in ``<defs>``.
    paints
        Value of ``fill`` by class code, ``NO_DATA`` and ``HIDDEN`` included.
    dots
        Plain colour of a dot by class code: a texture cannot be seen in a few pixels.
    radii
        Radius in pixels of a dot by class code.
    edge
        Colour of borders.
    """

    definitions: str
    paints: dict[int, str]
    dots: dict[int, str]
    radii: dict[int, float]
    edge: str


def fills(colours: tuple[str, ...], *, patterned: bool, radius: float, marked: tuple[int, ...] = ()) -> Fills:
    """Choose the paint of each class.

    Parameters
    ----------
    colours
        From the lightest to the darkest.
    patterned
        Give each class a texture too, with more ink for a higher value; dots grow instead.
    radius
        Radius of a dot, pixels.
    marked
        Codes that are hatched over their colour.
    """
    name = f"px{'p' if patterned else 'c'}{len(colours)}{''.join(c[1:] for c in colours[:1])}"
    tiles = {
        NO_DATA: _pattern(f"{name}n", NO_DATA_GROUND, _hatch(_STEPS, NO_DATA_LINE)),
        HIDDEN: _pattern(f"{name}h", NO_DATA_GROUND, _hatch(_BACK, HIDDEN_LINE)),
    }
    paints = {NO_DATA: f"url(#{name}n)", HIDDEN: f"url(#{name}h)", **dict(enumerate(colours))}
    for code in marked:
        tiles[code] = _pattern(f"{name}m{code}", colours[code], _hatch(_STEPS, NO_DATA_GROUND))
        paints[code] = f"url(#{name}m{code})"
    if patterned:
        for code, texture in enumerate(_textures(len(colours))):
            if texture:
                ground = _lighter(colours[code])
                tiles[code] = _pattern(f"{name}{code}", ground, f'<g fill="{INK}">{texture}</g>')
                paints[code] = f"url(#{name}{code})"
            else:
                paints[code] = INK
    last = max(len(colours) - 1, 1)
    grow = {
        code: radius * (0.55 + 0.75 * code / last) if patterned else radius for code in range(len(colours))
    }
    return Fills(
        definitions="".join(tiles.values()),
        paints=paints,
        dots={NO_DATA: NO_DATA_GROUND, HIDDEN: NO_DATA_GROUND, **dict(enumerate(colours))},
        radii={NO_DATA: radius * 0.8, HIDDEN: radius * 0.8, **grow},
        edge="#7b858d" if patterned else "#ffffff",
    )


def _textures(k: int) -> list[str]:
    """Give the texture of each class, spread from the lightest to the solid one, which has none."""
    every = (*_TEXTURES, "")
    return [every[round(code * len(_TEXTURES) / max(k - 1, 1))] for code in range(k)]


def _pattern(name: str, ground: str, drawn: str) -> str:
    size = f'width="{_TILE}" height="{_TILE}"'
    tile = f'<rect {size} fill="{ground}"/>{drawn}'
    return f'<pattern id="{name}" {size} patternUnits="userSpaceOnUse">{tile}</pattern>'


def _hatch(lines: str, colour: str) -> str:
    return f'<path d="{lines}" stroke="{colour}" stroke-width="1.3" fill="none"/>'


def _lighter(colour: str) -> str:
    """Mix a colour with as much white again, so that ink shows on it."""
    channels = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(c + (255 - c) * 0.6):02x}" for c in channels)
