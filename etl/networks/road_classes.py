"""Which classes of road serve walking, driving, or neither, in layers of centre lines."""

from __future__ import annotations

from typing import Final

import pandas as pd

from geodata.text import fold

NO_ONE: Final = ("construction", "proposed", "projete")
"""Not open yet."""

WALK_ONLY: Final = (
    "bande cyclable", "chaussee designee",
    "lien pietonnier", "trottoir", "sentier", "escalier", "passerelle", "piste cyclable", "piste cyclo",
    "footway", "pedestrian", "path", "steps", "cycleway", "bridleway", "track",
)  # fmt: skip
"""A cycle lane repeats the street beside it: driving there would count the street twice. Footpaths end on
such lanes, so walking along them holds the network together."""

DRIVE_ONLY: Final = (
    "autoroute", "bretelle", "rampe", "motorway", "freeway", "ramp", "expressway",
)  # fmt: skip

_RULES: Final = ((NO_ONE, False, False), (WALK_ONLY, True, False), (DRIVE_ONLY, False, True))


def serves(classes: pd.DataFrame) -> pd.DataFrame:
    """Tell which modes each road serves, from the first words of its classes.

    Parameters
    ----------
    classes
        One or several columns of class names; none at all means streets for everyone. The first column
        prevails: a ``Lien piétonnier`` named ``Autoroute`` is for walking.

    Returns
    -------
    DataFrame of ``walk`` and ``drive``, bool
    """
    result = pd.DataFrame({"walk": True, "drive": True}, index=classes.index)
    settled = pd.Series(False, index=classes.index)
    for column in classes.columns:
        known = {value: fold(str(value)) for value in classes[column].dropna().unique()}
        folded = classes[column].map(known).fillna("")
        for starts, walk, drive in _RULES:
            here = folded.str.startswith(starts) & ~settled
            result.loc[here, "walk"], result.loc[here, "drive"] = walk, drive
            settled |= here
    return result
