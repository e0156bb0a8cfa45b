"""Charts and maps as pictures: SVG to be edited, PNG to be pasted."""

from __future__ import annotations

import re
from typing import Any, Final, Literal

import vl_convert

from dashboard.i18n import current_language

PNG_SCALE = 2.0
_OPENING: Final = re.compile(r"<svg\b[^>]*>")
_CORNER: Final = re.compile(r"\bviewBox=[\"']\s*([^\s,\"']+)[\s,]+([^\s,\"']+)")


def svg_of_chart(chart: Any) -> str:
    """Draw an Altair chart as SVG text; its data are inside it, so that nothing is asked of anyone.

    Parameters
    ----------
    chart
        An Altair chart of any kind.
    """
    locale: Literal["fr-CA", "en-CA"] = "fr-CA" if current_language() == "fr" else "en-CA"
    drawn: str = vl_convert.vegalite_to_svg(
        chart.to_dict(), format_locale=locale, time_format_locale=locale, allowed_base_urls=[]
    )
    return drawn


def png_of_svg(svg: str, scale: float = PNG_SCALE) -> bytes:
    """Draw SVG text as PNG, on white: dark letters on nothing cannot be read in a dark viewer.

    Parameters
    ----------
    svg
        One ``<svg>`` element with its size in pixels.
    scale
        Pixels of the picture for one pixel of the drawing; two stay sharp on paper and on a projector.
    """
    drawn: bytes = vl_convert.svg_to_png(_OPENING.sub(_on_white, svg, count=1), scale=scale)
    return drawn


def _on_white(opening: re.Match[str]) -> str:
    """Put white under all of a drawing, wherever its box begins."""
    corner = _CORNER.search(opening[0])
    x, y = corner.groups() if corner else ("0", "0")
    return f'{opening[0]}<rect x="{x}" y="{y}" width="100%" height="100%" fill="#fff"/>'
