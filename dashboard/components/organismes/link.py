"""What the address of the page of organisations holds, read and written by its parts."""

from __future__ import annotations

from enum import StrEnum

import streamlit as st


class Here(StrEnum):
    """Names in the address bar, beside those that every page shares."""

    PART = "vue"
    LEVEL = "niveau"
    TERRITORY = "territoire"
    FAMILY = "famille"
    KIND = "categorie"
    AGE = "age"
    PLACE = "lieu"
    LISTING = "liste"


class Part(StrEnum):
    """The parts of the page; the first one opens."""

    PLACES = "lieux"
    BRING_IN = "importer"
    LISTINGS = "listes"
    DUPLICATES = "doublons"
    CORRECTIONS = "corrections"


def asked(name: Here) -> str:
    """Give what the address says, or an empty text."""
    return str(st.query_params.get(name.value, ""))


def write(name: Here, value: str) -> None:
    """Make the address say a value; an empty one goes away."""
    if value:
        st.query_params[name.value] = value
    else:
        st.query_params.pop(name.value, None)


def write_chosen(name: Here, key: str) -> None:
    """Make the address say what a widget was set to; for its callback."""
    write(name, str(st.session_state[key] or ""))
