"""Territories that a table defines itself: drawn, brought in a file, or made of published ones."""

from geodata.custom.definition import CustomTerritory, TerritoryError, from_json, to_json
from geodata.custom.members import CustomMembership, membership_of
from geodata.custom.part import Part, part_of
from geodata.custom.recipes import Why
from geodata.custom.remarks import Remark, RemarkKind

__all__ = [
    "CustomMembership",
    "CustomTerritory",
    "Part",
    "Remark",
    "RemarkKind",
    "TerritoryError",
    "Why",
    "from_json",
    "membership_of",
    "part_of",
    "to_json",
]
