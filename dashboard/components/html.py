"""Small pieces of HTML, escaped at one door."""

from __future__ import annotations

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


def show(*pieces: str) -> None:
    """Put pieces of HTML on the page."""
    st.html("".join(pieces))
