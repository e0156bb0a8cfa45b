"""The look of the page of scenarios, beside what it shares with the page of access."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard.components.acces.look import look as look_of_access

_CSS: Final = """
.stApp .px-closure { font-weight: 700; margin: .2rem 0; font-size: 1.1rem; }
.stApp .px-sign { display: inline-flex; align-items: center; justify-content: center; min-width: 1.6rem;
  height: 1.6rem; border-radius: 50%; background: #0b4468; color: #fff; font-weight: 700; font-size: .9rem;
  margin-right: .4rem; }
.stApp .px-sign-closed, .stApp .px-sign-resized { background: #fff; color: #101418;
  box-shadow: inset 0 0 0 2px #101418; }
.stApp .px-sign-closed { border-radius: 3px; }
.stApp .px-marked { background-image: repeating-linear-gradient(45deg, transparent 0 4px, #fff 4px 5.5px); }
.stApp [class*="st-key-scenario-edit-"] { border-bottom: 1px solid #d5dade; padding-bottom: .25rem; }
.stApp .st-key-scenario-where { row-gap: .3rem; }
.stApp .st-key-scenario-found .stButton button { justify-content: flex-start; text-align: left;
  min-height: 2.4rem; }
.stApp .st-key-scenario-found .stButton button p { text-align: left; }
"""


def look() -> None:
    """Put the CSS of the page in."""
    look_of_access()
    st.html(f"<style>{_CSS}</style>")
