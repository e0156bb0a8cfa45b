"""Fetch the census divisions: populations from the Census Profile, codes from the attribute file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from etl.clients.census_profile import fetch_wide
from etl.clients.geographic_attributes import fetch_areas, hierarchy
from etl.clients.portal_files import write
from etl.live import FetchContext, LiveFiles
from etl.registry import declaration_of

_SOURCE: Final = "statcan_cd_2021"
_PINS: Final = Path(__file__).parent / "characteristics.toml"
_DGUID: Final = "2021A0003"


def fetch(context: FetchContext) -> LiveFiles:
    """Write the two declared files: the areas must sum to divisions that another service publishes.

    Raises
    ------
    FetchError, SourceFileError
        If a service fails or answers something else than it documents.
    """
    path_of = {f.name: context.folder / f.path for f in declaration_of(_SOURCE).files}
    areas, attributes = fetch_areas(context)
    codes = sorted(areas["CDUID"].unique())
    profile, answers = fetch_wide(context, _DGUID, codes, _PINS)
    divisions = pd.DataFrame({"CDUID": codes, "Population": profile["population", "count"].reindex(codes)})
    write(divisions.reset_index(drop=True), path_of["divisions"])
    write(hierarchy(areas), path_of["hierarchy"])
    return LiveFiles((attributes, *answers))
