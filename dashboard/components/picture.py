"""A drawing made on the server, put on the page as an image with its words."""

from __future__ import annotations

import base64
from html import escape


def picture(svg: str, alt: str) -> str:
    """Give SVG text as an image whose alternative text says what it shows."""
    drawn = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    return f'<img class="px-picture" alt="{escape(alt)}" src="data:image/svg+xml;base64,{drawn}">'
