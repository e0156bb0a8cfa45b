"""The look of the page of access, beside the one that every page shares."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard.components.html import show, tag, words

_CSS: Final = """
.stApp .px-answer { font-size: 1.55rem; line-height: 1.35; font-weight: 600; margin: .3rem 0;
  max-width: 56rem; }
.stApp .px-answer strong { font-weight: 750; }
.stApp .px-how { margin: .15rem 0; font-size: 1rem; max-width: 60rem; color: #333c44; }
.stApp ul.px-how li { margin: .1rem 0; }
.stApp .px-nine-frame { overflow-x: auto; }
.stApp table.px-nine { border-collapse: collapse; font-size: .95rem; }
.stApp .px-nine caption { text-align: left; font-weight: 600; padding: .2rem 0; }
.stApp .px-nine th, .stApp .px-nine td { text-align: left; vertical-align: top; border: 0; font-weight: 500;
  padding: .2rem .6rem .35rem 0; }
.stApp .px-nine-swatch { width: 5.5rem; height: 1.7rem; border: 1px solid #5b646c; display: flex;
  box-sizing: border-box; overflow: hidden; align-items: center;
  print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.stApp .px-nine-swatch span { padding: 0 .45rem; line-height: 1.5rem; font-weight: 700; }
.stApp ul.px-nine-below, .stApp .proximite-legend ul.px-nine-below {
  display: block; list-style: none; margin: .3rem 0; padding: 0; }
.stApp .px-nine-below li { display: flex; align-items: center; gap: .55rem; margin: .15rem 0; }
.stApp .px-nine-hatch { display: inline-block; flex: none; width: 1.9em; height: 1.15em;
  border: 1px solid #5b646c; }
.stApp .px-gaps { margin: .3rem 0; padding-left: 1.2rem; }
.stApp .px-gaps a { color: #14557b; }
.stApp .px-gaps > li { margin: .7rem 0; max-width: 60rem; }
.stApp .px-gaps ul { margin: .15rem 0; padding-left: 1.1rem; }
.stApp .st-key-access-choices .stSelectbox { flex: 1 1 13rem; min-width: 11rem; }
@media (max-width: 640px) {
  .stApp .px-answer { font-size: 1.2rem; }
  .stApp .st-key-access-choices > * { flex: 1 1 45%; min-width: 0; }
  .stApp .st-key-access-choices .stSelectbox { min-width: 0; }
  .stApp .px-nine-swatch { width: 4rem; }
  .stApp table.px-nine { font-size: .85rem; }
  .stApp .px-nine th, .stApp .px-nine td { padding-right: .3rem; }
}
"""


def look() -> None:
    """Put the CSS of the page in."""
    st.html(f"<style>{_CSS}</style>")


def heading(title: str) -> None:
    """Draw the heading of a section."""
    show(tag("h2", words(title), css="px-section"))


def notice(*pieces: str) -> None:
    """Draw a calm message, of pieces that are HTML already."""
    show(tag("div", *pieces, css="px-notice", role="status"))
