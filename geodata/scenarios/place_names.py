"""Names that tell the possible places apart: two buildings often have the same."""

from __future__ import annotations

from typing import Final

import pandas as pd

from geodata.model import Level
from geodata.package import Package
from geodata.scenarios.edits import LONGEST_NAME

_LONGEST_PLACE: Final = 90
"""Letters left to the municipality and the address."""


def told_apart(package: Package, places: pd.DataFrame) -> pd.Series:
    """Name buildings, with their municipality after a name that several have.

    Where several of the same municipality have the same name, their address comes after it.

    Parameters
    ----------
    places
        ``name`` by ``location_id``; ``address`` and ``city`` are used where they are there.

    Returns
    -------
    pandas.Series
        As « Name », « Name (Municipality) » or « Name (Municipality, address) », by ``location_id``; no
        longer than an answer holds, the name being cut and not what follows it.
    """
    name, town = places["name"].astype(str), _towns(package, places)
    address = _column(places, "address")
    shared = name.duplicated(keep=False)
    also = shared & pd.DataFrame({"name": name, "town": town}).duplicated(keep=False)
    after = town.where(~also | address.eq(""), town.where(town.eq(""), town + ", ") + address)
    said = [
        _joined(own, more) if several else own for own, more, several in zip(name, after, shared, strict=True)
    ]
    return pd.Series(said, index=places.index, name="name", dtype=object)


def _towns(package: Package, places: pd.DataFrame) -> pd.Series:
    """Give the municipality that the package puts each place in, else the town of its address."""
    where = package.location_territories
    where = where[where["level"].eq(Level.MUNICIPALITY.value)].drop_duplicates("location_id")
    home = where.set_index("location_id")["territory_id"].reindex(places.index)
    return home.map(package.territories["name_fr"]).fillna(_column(places, "city")).astype(str)


def _column(places: pd.DataFrame, column: str) -> pd.Series:
    given = places[column] if column in places else pd.Series("", places.index)
    return given.fillna("").astype(str).str.strip()


def _joined(name: str, after: str) -> str:
    if not after:
        return name
    after = _cut(after, _LONGEST_PLACE)
    return f"{_cut(name, LONGEST_NAME - len(after) - 3)} ({after})"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
