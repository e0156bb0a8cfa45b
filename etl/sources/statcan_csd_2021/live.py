"""Fetch the municipalities: figures from the Census Profile, shapes from the map service."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from etl.clients.boundaries import MUNICIPALITIES, fetch_from_service, require_same_codes
from etl.clients.census_profile import fetch_wide
from etl.clients.geographic_attributes import PROVINCE
from etl.clients.portal_files import write
from etl.live import FetchContext, LiveFiles
from etl.registry import declaration_of
from geodata.text import Text

_SOURCE: Final = "statcan_csd_2021"
_PINS: Final = Path(__file__).parent / "characteristics.toml"
_DGUID: Final = "2021A0005"
_TOLERANCE: Final = 0.0005
"""Degrees, about 50 m: these shapes are for display, no figure comes from them."""
_INCOME: Final = Text(
    "Revenu total des ménages après impôt : moyenne publiée fois le nombre de logements occupés",
    "Aggregate after-tax income of households: published average times the number of occupied dwellings",
)


def fetch(context: FetchContext) -> LiveFiles:
    """Write the two declared files.

    Raises
    ------
    FetchError, SourceFileError
        If a service fails or answers something else than it documents.
    JoinError
        If the two services do not name the same municipalities.
    """
    path_of = {f.name: context.folder / f.path for f in declaration_of(_SOURCE).files}
    shapes, boundaries = fetch_from_service(
        context, MUNICIPALITIES, f"PRUID='{PROVINCE}'", tolerance=_TOLERANCE
    )
    codes = shapes["CSDUID"].tolist()
    profile, answers = fetch_wide(context, _DGUID, codes, _PINS)
    census = census_of(profile)
    require_same_codes(shapes["CSDUID"], census["CSDUID"], "statcan_csd_2021, CSDUID")
    write(census, path_of["census"])
    write(shapes, path_of["polygons"])
    return LiveFiles((boundaries, *answers), notes=(_INCOME,))


def census_of(profile: pd.DataFrame) -> pd.DataFrame:
    """Write the profile of municipalities as the declared file.

    The profile publishes an average income; the file holds a total, so that municipalities can be added up.
    It is the average times the number of occupied dwellings, each of which holds one private household.
    The change of population is that of the two published counts, to one decimal as it is published.

    Parameters
    ----------
    profile
        From :func:`etl.clients.census_profile.fetch_wide`.
    """
    counts = profile.xs("count", axis=1, level=1)
    before = counts["population_2016"].where(counts["population_2016"] > 0)
    return pd.DataFrame(
        {
            "CSDUID": profile.index,
            "Population, 2021": counts["population"].to_numpy(),
            "Population percentage change, 2016 to 2021 (%)": ((counts["population"] / before - 1) * 100)
            .round(1)
            .to_numpy(),
            "Total private dwellings": counts["dwellings"].to_numpy(),
            "Private dwellings occupied by usual residents": counts["occupied"].to_numpy(),
            "Land Area (sq km)": counts["land_area"].to_numpy(),
            "Indigenous identity (%)": profile["indigenous", "rate"].to_numpy(),
            "Aggregate after-tax income of households": (
                counts["after_tax_income"] * counts["occupied"]
            ).to_numpy(),
        }
    )
