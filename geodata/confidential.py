"""Places whose address protects someone, told by their name."""

from __future__ import annotations

import re
from typing import Final

from geodata.text import fold

_NAMES: Final = re.compile(r"\b(foyers? de groupe|refuges?)\b")


def names_a_confidential_place(name: str) -> bool:
    """Whether a name says group home or shelter, whatever its case, accents and spaces.

    >>> names_a_confidential_place("Foyer  de groupe LAVAL")
    True
    """
    return _NAMES.search(fold(name)) is not None
