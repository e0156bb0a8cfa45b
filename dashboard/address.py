"""The address bar: where the choice is read from, and written to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from dashboard import projector
from dashboard.state import Key, Offer, Reading, Selection, from_query, to_query


def read(offer: Offer) -> Reading:
    """Read the selection that the address holds."""
    return from_query(_pairs(), offer)


def write(selection: Selection, offer: Offer) -> None:
    """Make the address say a selection; other people's parameters are left where they are."""
    ours = {key.value for key in Key}
    foreign = {name: value for name, value in _pairs().items() if name not in ours}
    wanted = {**foreign, **to_query(selection, offer.package_id)}
    if wanted != _pairs():
        st.query_params.from_dict(wanted)


def change(offer: Offer, how: Callable[[Selection], Selection]) -> None:
    """Change the selection from a widget's callback."""
    write(how(read(offer).selection), offer)


def link(selection: Selection, offer: Offer) -> str:
    """Give the whole address of a selection, to be shared."""
    base = (st.context.url or "").split("?")[0]
    return f"{base}?{urlencode(to_query(selection, offer.package_id) | projector.query())}"


def _pairs() -> dict[str, str]:
    return {name: str(value) for name, value in st.query_params.items()}


def choose_territory(territory: str, offer: Offer) -> None:
    """Select what was clicked on the map."""
    selection = read(offer).selection
    if offer.has_territory(selection.level, territory):
        write(replace(selection, territory=territory), offer)
