"""Small pieces of HTML, escaped at one door."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st


def tag(name: str, *children: str, css: str = "", **attributes: str) -> str:
    """Build an element from children that are HTML already."""
    pairs = {"class": css, **{key.replace("_", "-"): value for key, value in attributes.items()}}
    printed = "".join(f' {key}="{escape(value)}"' for key, value in pairs.items() if value)
    return f"<{name}{printed}>{''.join(children)}</{name}>"


def words(sentence: str) -> str:
    """Make a text safe to put inside an element."""
    return escape(sentence, quote=False)


def line(sentence: str, css: str = "") -> str:
    """Build a paragraph from plain text; nothing where there is nothing to say."""
    return tag("p", words(sentence), css=css) if sentence else ""


def table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Build a table whose rows become cards on a phone.

    Parameters
    ----------
    caption, headings
        Plain text.
    rows
        Cells that are HTML already; the first of each names its row.

    Notes
    -----
    The roles are written out, since a table drawn as cards loses its own for a screen reader.
    """
    head = tag("tr", *(tag("th", words(h), scope="col", role="columnheader") for h in headings), role="row")
    body = "".join(_row(headings, cells) for cells in rows)
    inside = (
        tag("caption", words(caption)),
        tag("thead", head, role="rowgroup"),
        tag("tbody", body, role="rowgroup"),
    )
    drawn = tag("table", *inside, role="table")
    return tag("div", drawn, css="px-table", tabindex="0", role="region", aria_label=caption)


def _row(headings: Sequence[str], cells: Sequence[str]) -> str:
    first, *others = cells
    named = (
        tag("td", tag("div", cell), role="cell", data_label=heading)
        for heading, cell in zip(headings[1:], others, strict=True)
    )
    return tag("tr", tag("th", first, scope="row", role="rowheader"), *named, role="row")


def show(*pieces: str) -> None:
    """Put pieces of HTML on the page."""
    st.html("".join(pieces))
