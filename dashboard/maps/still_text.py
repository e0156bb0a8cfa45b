"""Words on a still map: their width, their lines, and the names that fit without touching."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Final

from dashboard.maps.still_frame import Bounds, Frame

FONT: Final = "DejaVu Sans, sans-serif"
TEXT_INK: Final = "#101418"
_NARROW: Final = frozenset("ijltfrI'’.,:;|!()[] -\u00a0")
_WIDE: Final = frozenset("mwMW%—@")
_GAP: Final = 3.0


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """Give the width of a line in pixels, a little generously: no font is asked."""
    ems = sum(0.38 if c in _NARROW else 0.95 if c in _WIDE else 0.68 if c.isupper() else 0.61 for c in words)
    return ems * size * (1.1 if bold else 1.0)


def wrapped(sentence: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Cut a sentence into lines no wider than so many pixels; a word is never cut."""
    lines: list[str] = []
    for word in sentence.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line for line in lines if line]


def written(
    words: str, x: float, y: float, size: float, *, anchor: str = "start", halo: bool = False, style: str = ""
) -> str:
    """Write one line; a halo is the same words under it, which every printer draws alike."""
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}"'
    if anchor != "start":
        place += f' text-anchor="{anchor}"'
    said = escape(words, quote=False)
    under = (
        f'<text {place} {style} fill="#fff" stroke="#fff" stroke-width="3.6" stroke-linejoin="round" '
        f'aria-hidden="true">{said}</text>'
        if halo
        else ""
    )
    return f"{under}<text {place} {style}>{said}</text>".replace("  ", " ").replace(" >", ">")


@dataclass(frozen=True)
class Name:
    """A name that would like a place: its middle and the room that its territory gives it, in pixels.

    ``top`` is where its territory begins; ``always`` writes it above a territory too small for it.
    """

    words: str
    x: float
    y: float
    room: float
    top: float
    size: float = 11.0
    style: str = ""
    always: bool = False


@dataclass
class Labels:
    """Names written on a map so far, and the boxes that they take."""

    frame: Frame
    most: int
    boxes: list[Bounds] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    def place(self, names: Iterable[Name]) -> str:
        """Write those that fit, the ones with most room first; each name once."""
        drawn = []
        for name in sorted(names, key=lambda n: (not n.always, -n.room, n.words)):
            box = self._box(name)
            if len(self.boxes) < self.most and name.words not in self.known and self._is_free(name, box):
                self.boxes.append(box)
                self.known.add(name.words)
                x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2 + name.size * 0.35
                drawn.append(
                    written(name.words, x, y, name.size, anchor="middle", halo=True, style=name.style)
                )
        return "".join(drawn)

    def keep_off(self, box: Bounds) -> None:
        """Leave a rectangle (x0, y0, x1, y1) free of names."""
        self.boxes.append(box)

    def _box(self, name: Name) -> Bounds:
        half = width_of(name.words, name.size, bold=name.always) / 2 + _GAP
        # A name that must be there slides back into the frame.
        low, high = self.frame.x + half, self.frame.x + self.frame.width - half
        x = min(max(name.x, low), high) if name.always and low < high else name.x
        tall = name.size * 0.75
        above = name.top - tall - _GAP
        y = above if name.always and name.room < 2 * half and above - tall > self.frame.y else name.y
        return x - half, y - tall, x + half, y + tall

    def _is_free(self, name: Name, box: Bounds) -> bool:
        inside = self.frame.holds(box[0], box[1]) and self.frame.holds(box[2], box[3])
        wide = name.always or name.room >= (box[2] - box[0]) * 0.85
        touches = any(box[0] < o[2] and box[2] > o[0] and box[1] < o[3] and box[3] > o[1] for o in self.boxes)
        return inside and wide and not touches
