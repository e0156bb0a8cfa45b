"""Names that the address of the page of organisations holds."""

from __future__ import annotations

from enum import StrEnum


class Here(StrEnum):
    """Names in the address bar, beside those that every page shares."""

    PART = "vue"
    LEVEL = "niveau"
    TERRITORY = "territoire"
    FAMILY = "famille"
    KIND = "categorie"
    AGE = "age"
    PLACE = "lieu"
    LISTING = "liste"


class Part(StrEnum):
    """The parts of the page; the first one opens."""

    PLACES = "lieux"
    BRING_IN = "importer"
    LISTINGS = "listes"
    DUPLICATES = "doublons"
    CORRECTIONS = "corrections"
