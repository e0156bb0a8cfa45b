"""The look of the page of comparison, beside the one that every page shares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import streamlit as st

from dashboard.components.html import show, tag, words

MANY_COLUMNS: Final = 5
"""Above so many, columns are as narrow as their words allow."""

_CSS: Final = """
.stApp .px-pictures { display: grid; gap: 1rem 1.5rem; align-items: start;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); }
.stApp .px-pictures figure { margin: 0; }
.stApp .px-pictures figcaption { font-size: .9rem; color: #4a545e; }
.stApp .px-picture { display: block; max-width: 100%; height: auto; }
.stApp .px-gap { font-size: .9rem; color: #333c44; }
.stApp .stMultiSelect div { max-height: none; }
@media (min-width: 641px) {
  .stApp .st-key-comparison .px-table tbody th { min-width: 13rem; width: 18rem; }
  .stApp .st-key-comparison .px-table td { width: 14rem; }
  .stApp .st-key-comparison .px-many .px-table table { table-layout: fixed; width: 100%; }
  .stApp .st-key-comparison .px-many .px-table thead th:first-child { width: 15%; }
  .stApp .st-key-comparison .px-many .px-table :is(tbody th, td) { width: auto; }
  .stApp .st-key-comparison .px-many .px-table :is(th, td) { min-width: 0; padding-inline: .2rem;
    overflow-wrap: break-word; hyphens: auto; }
  .stApp .st-key-comparison .px-many .px-table :is(th, td, p, span) { font-size: .8rem; line-height: 1.35; }
}
"""


def look() -> None:
    """Put the CSS of the page in."""
    st.html(f"<style>{_CSS}</style>")


def heading(title: str) -> None:
    """Draw the heading of a section."""
    show(tag("h2", words(title), css="px-section"))


def side_by_side(table: str, columns: int) -> str:
    """Give a table of so many columns beside its headings the room that a screen has."""
    return tag("div", table, css="px-many") if columns > MANY_COLUMNS else table


def pictures(images: Iterable[tuple[str, str]]) -> None:
    """Draw images side by side, each with the words under it; one below the other on a phone."""
    drawn = (tag("figure", image, tag("figcaption", words(note)) if note else "") for image, note in images)
    show(tag("div", *drawn, css="px-pictures"))
