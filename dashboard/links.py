"""The address bar of the pages beside the map: read, written, and given whole to be shared."""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import urlencode

import streamlit as st

SEPARATOR = ","
"""Between several identifiers of one parameter; no identifier holds it."""


def asked(name: StrEnum) -> str:
    """Give what the address says, or an empty text."""
    return str(st.query_params.get(name.value, ""))


def asked_list(name: StrEnum) -> list[str]:
    """Give the several values of a parameter, each once, in their order."""
    return list(dict.fromkeys(part for part in asked(name).split(SEPARATOR) if part))


def write(name: StrEnum, value: str) -> None:
    """Make the address say a value; an empty one goes away."""
    if value:
        st.query_params[name.value] = value
    else:
        st.query_params.pop(name.value, None)


def write_list(name: StrEnum, values: list[str]) -> None:
    """Make the address say several values."""
    write(name, SEPARATOR.join(values))


def write_chosen(name: StrEnum, key: str) -> None:
    """Make the address say what a widget was set to; for its callback."""
    write(name, str(st.session_state[key] or ""))


def here(**more: str) -> str:
    """Give the whole address of the page as it stands, to be shared."""
    base = (st.context.url or "").split("?")[0]
    pairs = {name: str(value) for name, value in st.query_params.items()} | more
    asked_for = urlencode({name: value for name, value in pairs.items() if value})
    return f"{base}?{asked_for}" if asked_for else base
