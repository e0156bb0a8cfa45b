"""Projector mode: larger type and stronger lines, for a room that reads from afar; it is in the address."""

from __future__ import annotations

from typing import Final

import streamlit as st

PARAMETER: Final = "projection"
ON: Final = "1"


def is_on() -> bool:
    """Say whether the address asks for it."""
    return st.query_params.get(PARAMETER) == ON


def query() -> dict[str, str]:
    """Give what a link must hold to keep the mode; nothing where it is off."""
    return {PARAMETER: ON} if is_on() else {}


def turn(on: bool) -> None:
    """Make the address ask for it, or not."""
    if on:
        st.query_params[PARAMETER] = ON
    else:
        st.query_params.pop(PARAMETER, None)
