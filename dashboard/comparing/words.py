"""Small pieces of sentences that the parts of a comparison share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from dashboard.components.labels import short_level_name, territory_name
from dashboard.figures import parents_of
from dashboard.i18n import _
from geodata.model import Level
from geodata.package import Package

Naming = Callable[[Package, str], str]


def named(name: str, said: str) -> str:
    """Set what is said of something after its name, with the colon of the language."""
    return _("{name} : {list}").format(name=name, list=said)


def one_after_the_other(parts: Iterable[str]) -> str:
    """Join clauses by semicolons."""
    return _(" ; ").join(parts)


def names_of(package: Package, territories: Iterable[str], name: Naming = territory_name) -> dict[str, str]:
    """Name territories that stand side by side, so that no two have the same name.

    Parameters
    ----------
    territories
        Identifiers; one that comes back is named once.
    name
        How one alone is named.

    Returns
    -------
    dict
        By identifier, in the order given. Equal names are followed by what parts them, in parentheses: the
        level, then what they lie in, then the code, as few of these as it takes.
    """
    plain = {one: name(package, one) for one in territories}
    more: dict[str, tuple[str, ...]] = dict.fromkeys(plain, ())
    for part in _PARTED_BY:
        for alike in _alike(plain, more):
            found = {one: part(package, one) for one in alike}
            if len(set(found.values())) > 1:
                more |= {one: (*more[one], said) for one, said in found.items() if said}
    return {one: f"{said} ({', '.join(more[one])})" if more[one] else said for one, said in plain.items()}


def _alike(plain: dict[str, str], more: dict[str, tuple[str, ...]]) -> list[list[str]]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for one, said in plain.items():
        groups.setdefault((said, *more[one]), []).append(one)
    return [group for group in groups.values() if len(group) > 1]


def _level(package: Package, territory: str) -> str:
    """Name a level without what its own name has in parentheses: they would stand in others."""
    return short_level_name(Level(package.territories.at[territory, "level"])).partition(" (")[0]


def _place(package: Package, territory: str) -> str:
    return next((territory_name(package, parent) for parent in parents_of(package, territory)), "")


def _code(package: Package, territory: str) -> str:
    return territory.partition(":")[2]


_PARTED_BY: Final[tuple[Naming, ...]] = (_level, _place, _code)
