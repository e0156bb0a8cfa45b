"""A few characteristics of the Census Profile for a list of geographies, as one wide table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from etl.clients.characteristics import read_pins
from etl.clients.profile_table import COLUMNS, NO_VALUE
from etl.clients.sdmx import fetch_profile
from etl.fetch import Retrieved
from etl.live import FetchContext
from geodata.errors import FetchError
from geodata.text import Text


def fetch_wide(
    context: FetchContext, prefix: str, codes: Sequence[str], pins: Path
) -> tuple[pd.DataFrame, tuple[Retrieved, ...]]:
    """Ask the Census Profile web service for the pinned characteristics of every code.

    Parameters
    ----------
    context
        The fetch under way.
    prefix
        What comes before the code in the identifiers of that level: ``2021A0005``.
    codes
        Codes of the geographies, such as the seven figures of a municipality.
    pins
        TOML file of the characteristics.

    Returns
    -------
    pandas.DataFrame
        One row a code, columns ``(characteristic, "count" or "rate")``, null where nothing is published.
    tuple of Retrieved
        The answers.

    Raises
    ------
    FetchError
        If the service fails, or does not answer for every code.
    SourceFileError
        If its list of characteristics disagrees with the pins.
    """
    profile = fetch_profile(
        context.http, context.store, [prefix + code for code in codes], read_pins(pins), say=context.say
    )
    if profile.absent:
        raise FetchError(
            Text(
                f"Le service ne dit rien de {len(profile.absent)} géographies demandées",
                f"The service says nothing of {len(profile.absent)} geographies that were asked",
            ),
            where=profile.absent[0],
            hint=Text(
                "réessayez plus tard ; les dernières bonnes données restent en place",
                "try again later; the last good data stay in place",
            ),
        )
    return widened(pd.DataFrame(profile.rows, columns=list(COLUMNS))), profile.retrieved


def widened(rows: pd.DataFrame) -> pd.DataFrame:
    """Turn the long table of the profile into one row a code.

    Parameters
    ----------
    rows
        With the columns of ``profile_table.COLUMNS``.

    Returns
    -------
    pandas.DataFrame
        As :func:`fetch_wide`.
    """
    unread = rows["symbol"].isin(NO_VALUE)
    values = rows.assign(count=rows["count"].mask(unread), rate=rows["rate"].mask(unread))
    wide = values.astype({"count": np.float64, "rate": np.float64}).pivot(
        index="code", columns="characteristic", values=["count", "rate"]
    )
    return wide.swaplevel(axis=1).sort_index(axis=1)
