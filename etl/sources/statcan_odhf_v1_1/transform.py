"""Healthcare facilities of Statistics Canada, for comparison with other lists; not places of the package."""

from __future__ import annotations

from etl.clients.open_database import odhf_places
from etl.tables import Raw, Tables
from geodata.text import Text


def transform(raw: Raw) -> Tables:
    """Give no place: the ministry's list has the same buildings, and a facility is counted once."""
    places = odhf_places(raw["facilities"])
    located = int(places["longitude"].notna().sum())
    return Tables(
        notes=(
            Text(
                f"{len(places)} établissements lus pour comparaison, {located} situés ; aucun n'est compté",
                f"{len(places)} facilities read for comparison, {located} of them located; none is counted",
            ),
        )
    )
