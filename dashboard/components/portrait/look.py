"""The look of the portrait, beside the one that every page shares."""

from __future__ import annotations

from typing import Final

import streamlit as st

_CSS: Final = """
.stApp .px-portrait-name { font-size: 2rem; line-height: 1.15; font-weight: 700; margin: 0; padding: 0; }
.stApp .px-first { margin: .4rem 0; padding: 0; list-style: none; max-width: 52rem; }
.stApp .px-first li { font-size: 1.2rem; line-height: 1.45; margin: .35rem 0; }
.stApp .st-key-portrait .value { font-weight: 700; font-size: 1.05rem; white-space: nowrap; }
.stApp .st-key-portrait .small { font-size: .85rem; color: #333c44; line-height: 1.3; }
.stApp .st-key-portrait .px-table { max-width: 76rem; }
.stApp .st-key-portrait .px-table caption { font-weight: 650; font-size: 1.05rem; color: #101418;
  padding-top: .8rem; }
.stApp .st-key-portrait .px-table td img { display: block; width: 12rem; max-width: 100%; height: auto; }
.stApp .px-maps { display: grid; gap: 1rem 1.5rem; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); max-width: 64rem; }
.stApp .px-maps figure { margin: 0; }
.stApp .px-maps figcaption { font-size: .95rem; margin: 0 0 .3rem; min-height: 2.6rem; }
.stApp .px-maps img { display: block; width: 100%; max-width: 34rem; height: auto; }
.stApp .st-key-portrait .stTextArea, .stApp .px-turn { max-width: 60rem; }
.stApp .st-key-portrait-search { max-width: 36rem; }
.stApp .st-key-figures .stSelectbox { max-width: 30rem; }
@media (min-width: 641px) {
  .stApp .st-key-figures .px-table tbody th { width: 26%; }
  .stApp .st-key-figures .px-table td { width: 18%; }
}
"""


def look() -> None:
    """Put the CSS of the page in."""
    st.html(f"<style>{_CSS}</style>")
