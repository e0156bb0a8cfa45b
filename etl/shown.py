"""What of a package may be shown and given away here: communities that asked not to be are left out."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from etl.listings.canonical import Listing, without_places
from etl.settings import settings
from geodata.errors import OutputError
from geodata.hiding import layer_of, unknown, without_communities
from geodata.package import Package, open_package
from geodata.text import Text, fold

FOLDER: Final = "shown"
"""Of the data folder: packages without the layers that the setting hides."""


def shown(package: Package) -> Package:
    """Give a package without the communities that the setting names; itself where it names none.

    It is kept in the data folder, or in a folder of this process where that one is read-only.

    Raises
    ------
    OutputError
        If neither can be written: the whole package is never shown in its place.
    """
    hidden = settings().hidden_communities
    try:
        return without_communities(package, hidden, settings().home / FOLDER)
    except OutputError:
        return without_communities(package, hidden)


def shown_listing(listing: Listing, located: pd.DataFrame, package: Package) -> Listing:
    """Leave out of a listing the places inside the communities that the setting names.

    Parameters
    ----------
    listing
        Any listing.
    located
        ``location_id`` and ``territory_id``: the territories that each of its places is in.
    package
        The whole package, which knows the communities.
    """
    layer = layer_of(package, settings().hidden_communities)
    gone = set(located.loc[located["territory_id"].isin(layer.territories), "location_id"])
    gone |= {
        row["id"]
        for row in listing.locations
        if row["longitude"] is None and fold(row["city"]) in layer.names
    }
    return without_places(listing, gone)


def left_aside(folder: Path) -> tuple[Text, ...]:
    """Say, one sentence each, what the setting names that the package of a folder does not hold.

    Raises
    ------
    PackageError
        If something is to be hidden and the package cannot be read.
    """
    hidden = settings().hidden_communities
    if not hidden:
        return ()
    return tuple(
        Text(
            f"PROXIMITE_HIDDEN_COMMUNITIES nomme « {name} », qui n'est pas un territoire que l'on puisse "
            "masquer dans ces données : rien n'est masqué à ce nom.",
            f"PROXIMITE_HIDDEN_COMMUNITIES names “{name}”, which is no territory that can be hidden in these "
            "data: nothing is hidden under that name.",
        )
        for name in unknown(open_package(folder), hidden)
    )
