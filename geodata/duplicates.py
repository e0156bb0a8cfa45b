"""Places that two sources list: kept in both, counted once."""

from __future__ import annotations

import pandas as pd


def counted_services(services: pd.DataFrame, locations: pd.DataFrame) -> pd.DataFrame:
    """Leave out the services of a place that another source lists as the same place in the same layer.

    The primary place stands for all that are the same as it. One that the primary's layers do not hold is
    counted where it is, once.

    Parameters
    ----------
    services
        Any rows of the table of services, with ``location_id`` and ``category``.
    locations
        The table of places, whose ``same_as`` names a primary or is empty.

    Returns
    -------
    pandas.DataFrame
        Rows of ``services``, in their order.
    """
    if "same_as" not in locations:  # a package made before places were compared
        return services
    primary = services["location_id"].map(locations.set_index("id")["same_as"]).fillna("")
    if not primary.ne("").any():
        return services
    stands_for = primary.where(primary.ne(""), services["location_id"])
    ranked = services[["location_id", "category"]].assign(place=stands_for, other=primary.ne(""))
    first = ranked.sort_values(["other", "location_id"], kind="stable").drop_duplicates(["place", "category"])
    kept = pd.MultiIndex.from_frame(first[["location_id", "category"]])
    return services[pd.MultiIndex.from_frame(services[["location_id", "category"]]).isin(kept)]
