"""Colours of the map: one hue from light to dark, told apart in grey print and by every eye."""

from __future__ import annotations

from typing import Final

from geodata.model import Direction

ACCENT: Final = "#14557b"
"""The one accent colour of the interface; 8 to 1 on white."""

NEED_ANCHORS: Final = ("#dcebf2", "#7fb2cf", "#2f7ba6", "#0b4468", "#04202f")
DESCRIPTIVE_ANCHORS: Final = ("#ebe6f3", "#b5a6d3", "#7d68ad", "#4b3580", "#221445")
"""Light to dark, at even steps of lightness; the second one is for figures that are not a need."""

GROUND: Final = "#e9ecef"
NO_DATA_GROUND: Final = "#ffffff"
NO_DATA_LINE: Final = "#a3acb4"
HIDDEN_LINE: Final = "#d2d8dd"


def palette(k: int, direction: Direction = Direction.HIGHER_IS_NEED) -> tuple[str, ...]:
    """Give ``k`` colours from the lightest to the darkest.

    Parameters
    ----------
    k
        Number of classes, 0 to 9.
    direction
        A descriptive indicator has its own hue, so that it never reads as a need.
    """
    anchors = DESCRIPTIVE_ANCHORS if direction is Direction.DESCRIPTIVE else NEED_ANCHORS
    if k <= 1:
        return (anchors[2],) * k
    # With few classes the darkest tone would outweigh the map: stop before it.
    reach = (len(anchors) - 1) * (0.86 if k <= 5 else 1.0)
    return tuple(_between(anchors, reach * i / (k - 1)) for i in range(k))


def _between(anchors: tuple[str, ...], position: float) -> str:
    start = min(int(position), len(anchors) - 2)
    share = position - start
    low, high = _channels(anchors[start]), _channels(anchors[start + 1])
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(low, high, strict=True))


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
