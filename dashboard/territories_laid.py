"""The custom territories that are kept, computed once and laid over the package that the pages read."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard import territories_shelf as shelf
from dashboard.maps import drawn
from geodata.custom import CustomTerritory, Part, TerritoryError, part_of
from geodata.errors import ProximiteError
from geodata.overlay import published, with_parts
from geodata.package import Package

_KEPT: Final = 256


def laid_over(package: Package) -> tuple[Package, tuple[ProximiteError, ...]]:
    """Lay the kept territories over a package; say which could not be, and why.

    Returns
    -------
    tuple
        The package itself where nothing is kept.
    """
    kept = shelf.known()
    parts: list[Part] = []
    problems: list[ProximiteError] = list(kept.problems)
    for territory in kept.territories:
        found = _part(package.id, territory.fingerprint, package, territory)
        if isinstance(found, TerritoryError):
            problems.append(found)
        else:
            parts.append(found)
    said = tuple(part.definition.fingerprint for part in parts)
    return (_laid(package.id, said, package, parts) if parts else package), tuple(problems)


def computed(package: Package, territory: CustomTerritory) -> Part:
    """Compute a territory that may not be kept yet.

    Raises
    ------
    TerritoryError
        If it cannot be on these data.
    """
    base = published(package)
    found = _part(base.id, territory.fingerprint, base, territory)
    if isinstance(found, TerritoryError):
        raise found
    return found


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _part(
    package_id: str, fingerprint: str, _package: Package, _territory: CustomTerritory
) -> Part | TerritoryError:
    try:
        return part_of(_package, _territory)
    except TerritoryError as problem:
        return problem


@st.cache_resource(max_entries=16, show_spinner=False)
def _laid(package_id: str, said: tuple[str, ...], _package: Package, _parts: list[Part]) -> Package:
    return with_parts(_package, _parts, drawn.folder())
