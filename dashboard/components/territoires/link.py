"""What the address of the page of territories holds, and what is being defined on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import streamlit as st
from shapely.geometry.base import BaseGeometry

from geodata.custom import Remark

_DRAFT: Final = "territory_draft"
_DRAWING: Final = "territory_drawing"


class Here(StrEnum):
    """Names in the address bar."""

    WAY = "maniere"
    TERRITORY = "territoire"


class Way(StrEnum):
    """How a territory is defined; the values are the words of the address bar."""

    KEPT = "gardes"
    DRAW = "dessiner"
    FILE = "fichier"
    PICK = "choisir"


@dataclass(frozen=True)
class Draft:
    """A definition that has no name yet.

    Attributes
    ----------
    way
        By which it came.
    shape
        Sound polygon or multipolygon, EPSG:4326; null for a list.
    members
        Identifiers of territories; empty for a shape.
    remarks
        What was done to it on the way.
    name
        What it may be called.
    """

    way: Way
    shape: BaseGeometry | None = None
    members: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    name: str = ""


def draft(way: Way) -> Draft | None:
    """Give what is being defined in a way, or null."""
    found: Draft | None = st.session_state.get(_DRAFT)
    return found if found is not None and found.way is way else None


def set_draft(new: Draft | None) -> None:
    """Take another definition in place of the one there was."""
    st.session_state[_DRAFT] = new


def drawing_number() -> int:
    """Give the number of the outline being drawn."""
    return int(st.session_state.setdefault(_DRAWING, 1))


def begin_again() -> None:
    """Leave what was being defined; the next outline is a new one."""
    set_draft(None)
    st.session_state[_DRAWING] = drawing_number() + 1
