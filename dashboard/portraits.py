"""Portraits and their maps, made once and kept: read-only."""

from __future__ import annotations

from datetime import date as calendar

import streamlit as st

from dashboard.comparison import Reference
from dashboard.exports.portrait_content import Content, portrait_content
from dashboard.exports.portrait_maps import PortraitMap, maps_of
from dashboard.i18n import current_language, in_language
from geodata.package import Package
from geodata.text import Language

_KEPT = 64


def content_of(package: Package, territory: str, reference: Reference) -> Content:
    """Give a portrait in the language of the page."""
    day = calendar.today().isoformat()
    compared = (reference.name, *reference.territories, str(reference.recipe))
    return _content(package.id, territory, compared, current_language(), day, package, reference)


def portrait_maps(package: Package, territory: str, *, patterned: bool) -> list[PortraitMap]:
    """Give the maps of a portrait in the current language; for paper they are patterned."""
    return _maps(package.id, territory, current_language(), patterned, package)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _content(
    package_id: str,
    territory: str,
    compared: tuple[str, ...],
    language: Language,
    day: str,
    _package: Package,
    _reference: Reference,
) -> Content:
    return portrait_content(_package, territory, _reference, language)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _maps(
    package_id: str, territory: str, language: Language, patterned: bool, _package: Package
) -> list[PortraitMap]:
    with in_language(language):
        return maps_of(_package, territory, patterned=patterned)
