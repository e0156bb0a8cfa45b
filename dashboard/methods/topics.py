"""How each figure is made, and what must not be concluded from it, read from ``topics.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from geodata.text import Text


@dataclass(frozen=True, slots=True)
class Topic:
    """One part of the page of methods.

    Attributes
    ----------
    anchor
        End of its address.
    title
        Its heading.
    how
        How it is computed, a paragraph each.
    beware
        What must not be concluded from it.
    """

    anchor: str
    title: Text
    how: tuple[Text, ...]
    beware: Text


def _topic(raw: dict[str, Any]) -> Topic:
    return Topic(
        raw["anchor"],
        Text.from_mapping(raw["title"]),
        tuple(Text.from_mapping(paragraph) for paragraph in raw["how"]),
        Text.from_mapping(raw["beware"]),
    )


TOPICS: Final = tuple(
    _topic(raw) for raw in tomllib.loads(Path(__file__).with_name("topics.toml").read_text("utf-8"))["topics"]
)
"""In the order of the pages that use them."""
