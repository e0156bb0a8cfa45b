"""What services are called: a small taxonomy of our own, in both languages, read from ``taxonomy.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from geodata.model import ServiceCategory
from geodata.text import Text

SCHEME: Final = "proximite"
"""How our own categories are named among the terms of an entry."""

_FILE: Final = Path(__file__).with_name("taxonomy.toml")


@dataclass(frozen=True, slots=True)
class Family:
    """A group of categories."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of service.

    Parameters
    ----------
    id
        Stable key, such as ``food_bank``.
    title, definition
        In both languages.
    family
        Key of ``FAMILIES``.
    layer
        The map layer that counts a place of this kind, where its source declares no other.
    aliases
        Words by which people look for it.
    placed
        False where the address protects someone: counted by health region, never placed nor named.
    """

    id: str
    title: Text
    definition: Text
    family: str
    layer: ServiceCategory
    aliases: tuple[str, ...]
    placed: bool


def _category(raw: dict[str, Any]) -> Category:
    return Category(
        id=raw["id"],
        title=Text.from_mapping(raw["title"]),
        definition=Text.from_mapping(raw["definition"]),
        family=raw["family"],
        layer=ServiceCategory(raw["layer"]),
        aliases=tuple(raw["aliases"]),
        placed=raw.get("placed", True),
    )


_RAW: Final = tomllib.loads(_FILE.read_text("utf-8"))

FAMILIES: Final[dict[str, Family]] = {
    raw["id"]: Family(raw["id"], Text.from_mapping(raw["title"])) for raw in _RAW["families"]
}
"""The eight families, in the order in which they are listed."""

CATEGORIES: Final[dict[str, Category]] = {raw["id"]: _category(raw) for raw in _RAW["categories"]}
"""Every category by identifier, family by family."""

KIND_OF_LAYER: Final[dict[ServiceCategory, str]] = {
    ServiceCategory.CLSC: "clsc",
    ServiceCategory.HEALTH: "medical_clinic",
    ServiceCategory.COMMUNITY: "community_centre",
    ServiceCategory.LIBRARY: "library",
    ServiceCategory.YOUTH: "school",
}
"""The category of a place whose source says no more than its layer."""


def layer_of(kinds: Iterable[str]) -> ServiceCategory:
    """Give the layer that counts a place of several kinds: the first among theirs, as layers are ordered.

    A place that is also a CLSC counts among the CLSC; one without a known kind, among community places.
    """
    layers = {CATEGORIES[kind].layer for kind in kinds if kind in CATEGORIES}
    return next((layer for layer in ServiceCategory if layer in layers), ServiceCategory.COMMUNITY)


def are_placed(kinds: Iterable[str]) -> bool:
    """Whether a place of these kinds may be placed and named: none of them protects someone."""
    return all(CATEGORIES[kind].placed for kind in kinds if kind in CATEGORIES)
