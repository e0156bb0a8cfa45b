"""What the address asks of these data and of the networks of this machine."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dashboard import data, reach
from dashboard.access import link
from dashboard.access.link import Asked
from dashboard.link_words import ignored
from geodata.model import Level
from geodata.package import Package
from geodata.text import Text

_FIRST: Final = (Level.CLSC, Level.MRC, Level.MUNICIPALITY)
_TOO_WIDE: Final = frozenset({Level.PROVINCE, Level.DA})
"""Québec is the sentence above the map; areas are drawn around a service."""


def levels_of(package: Package) -> list[Level]:
    """Give the levels that the page maps, the one that it opens on first."""
    held = [level for level in data.offer(package).levels if level not in _TOO_WIDE]
    first = [level for level in _FIRST if level in held]
    return [*first, *(level for level in held if level not in first)]


def read(package: Package) -> tuple[Asked, list[Text]]:
    """Read the address; give what is asked, and a sentence for each thing left aside."""
    modes = {network.id: tuple(network.modes) for network in reach.networks()}
    asked, notices = link.read(reach.kinds(package), modes, levels_of(package), package.id)
    if asked.territory is not None and asked.territory not in package.territories.index:
        notices.append(ignored(Text("Le territoire", "The territory"), asked.territory))
        asked = replace(asked, territory=None)
    return asked, notices
