"""Fetch the census tracts: shapes from the boundary archive, people from the attribute file."""

from __future__ import annotations

from typing import Final

from etl.clients.boundaries import TRACTS, fetch_boundaries, require_same_codes
from etl.clients.geographic_attributes import NO_TRACT, PROVINCE, fetch_areas
from etl.clients.portal_files import write
from etl.live import FetchContext, LiveFiles
from etl.registry import declaration_of

_SOURCE: Final = "statcan_ct_2021"


def fetch(context: FetchContext) -> LiveFiles:
    """Write the declared file.

    Raises
    ------
    FetchError, SourceFileError
        If a file cannot be received or is not as documented.
    JoinError
        If the two files do not name the same tracts.
    """
    (declared,) = declaration_of(_SOURCE).files
    areas, attributes = fetch_areas(context)
    people = areas.loc[areas["CTUID"] != NO_TRACT].groupby("CTUID")["people"].sum()
    shapes, boundaries, notes = fetch_boundaries(context, TRACTS, f"PRUID = '{PROVINCE}'")
    require_same_codes(shapes["CTUID"], people.index.to_series(), "statcan_ct_2021, CTUID")
    tracts = shapes.assign(pop_2021=shapes["CTUID"].map(people).astype("int64"))
    write(
        tracts[["CTUID", "DGUID", "CTNAME", "LANDAREA", "PRUID", "pop_2021", "geometry"]],
        context.folder / declared.path,
    )
    return LiveFiles((attributes, boundaries), notes=notes)
