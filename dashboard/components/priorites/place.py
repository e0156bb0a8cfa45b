"""The draft in the address bar: where it is read from, and the only place it is written to."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import streamlit as st

from dashboard import data
from dashboard.priorities import reading
from dashboard.priorities.draft import Draft
from dashboard.priorities.link import Here, to_query
from dashboard.priorities.reading import Reading
from geodata.package import Package

_WRITTEN: Final = "priorities_written"
_REPLACED: Final = "priorities_replaced"
CATCHING_UP_SECONDS: Final = 3.0
"""A browser may still send an address that this session replaced so lately."""


def read(package: Package) -> Reading:
    """Read what the address asks for."""
    _catch_up()
    return reading.read(st.query_params.to_dict(), package, data.offer(package).first_level())


def write(draft: Draft, package: Package) -> None:
    """Make the address say a draft; what belongs to the whole site stays as it is."""
    before = st.query_params.to_dict()
    ours = {name.value for name in Here}
    shared = {name: value for name, value in before.items() if name not in ours}
    now = time.monotonic()
    recent = [(query, at) for query, at in _replaced() if now - at < CATCHING_UP_SECONDS]
    st.session_state[_REPLACED] = [*recent, (before, now)]
    st.session_state[_WRITTEN] = {**shared, **to_query(draft, package)}
    st.query_params.from_dict(st.session_state[_WRITTEN])


def _catch_up() -> None:
    """Take the last address written where the browser sends one that it had not yet seen replaced.

    Two quick moves would otherwise undo one another: the second one leaves the browser with the address
    from before the first.
    """
    written = st.session_state.get(_WRITTEN)
    asked = st.query_params.to_dict()
    if written is None or asked == written:
        return
    now = time.monotonic()
    if any(asked == query and now - at < CATCHING_UP_SECONDS for query, at in _replaced()):
        st.query_params.from_dict(written)


def _replaced() -> list[tuple[dict[str, str], float]]:
    found: list[tuple[dict[str, str], float]] = st.session_state.get(_REPLACED, [])
    return found


def change(package: Package, how: Callable[[Draft], Draft]) -> None:
    """Change the draft from a widget's callback; it is then of the data that the page shows."""
    changed = how(read(package).draft)
    write(replace(changed, grid=replace(changed.grid, package_id=package.id)), package)


def hold(key: str, value: object) -> None:
    """Set a widget to what the draft says, and leave it alone where it says so already.

    A widget that is set at each run would jump back under the hand that moves it.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
