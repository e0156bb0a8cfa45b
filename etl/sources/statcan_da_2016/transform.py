"""Dissemination areas of 2016: people, and the territory that each belonged to."""

from __future__ import annotations

from typing import Final

import pandas as pd

from etl.tables import Raw, Tables
from geodata.text import Text

_HEALTH_COLUMNS: Final = {"CLSC": "clsc", "RLS_code": "rls", "RTS_code": "rts", "RSS_code": "rss"}


def transform(raw: Raw) -> Tables:
    hierarchy = raw["hierarchy"]
    mrc = _mrc_of(hierarchy, raw["areas_2021"])
    codes = pd.concat([_health_codes(raw["health_codes"]), _mrc_codes(hierarchy, mrc)], ignore_index=True)
    return Tables(
        people_2016=pd.DataFrame(
            {"cell_id": "da:" + hierarchy["da_id_16"], "people": hierarchy["da_pop_16"]}
        ),
        codes=codes,
        notes=_notes(hierarchy, mrc),
    )


def _health_codes(lookup: pd.DataFrame) -> pd.DataFrame:
    long = lookup.melt("DAUID_2016", list(_HEALTH_COLUMNS), "column", "code")
    return pd.DataFrame(
        {
            "da_id": "da:" + long["DAUID_2016"],
            "territory_id": long["column"].map(_HEALTH_COLUMNS) + ":" + long["code"],
            "census_year": 2016,
        }
    )


def _mrc_of(hierarchy: pd.DataFrame, areas_2021: pd.DataFrame) -> pd.Series:
    """Find the MRC of each area of 2016: by its municipality, else by its census division.

    A census division that holds one MRC settles it; the five divisions that were split need the
    municipality, whose code is the one of 2021 but for a few mergers.
    """
    of_municipality = areas_2021.drop_duplicates("CSDUID").set_index("CSDUID")["MRC_code"]
    pairs = areas_2021.drop_duplicates(["CDUID", "MRC_code"])
    whole = pairs[~pairs["CDUID"].duplicated(keep=False)].set_index("CDUID")["MRC_code"]
    same_area = hierarchy["da_id_16"].map(areas_2021.set_index("DAUID")["MRC_code"])
    found = hierarchy["csd_id_16"].map(of_municipality).fillna(hierarchy["cd_id_16"].map(whole))
    return found.fillna(same_area)


def _mrc_codes(hierarchy: pd.DataFrame, mrc: pd.Series) -> pd.DataFrame:
    known = mrc.notna()
    return pd.DataFrame(
        {
            "da_id": "da:" + hierarchy.loc[known, "da_id_16"],
            "territory_id": "mrc:" + mrc[known],
            "census_year": 2016,
        }
    )


def _notes(hierarchy: pd.DataFrame, mrc: pd.Series) -> tuple[Text, ...]:
    lost = int(hierarchy.loc[mrc.isna(), "da_pop_16"].sum())
    if mrc.notna().all():
        return ()
    return (
        Text(
            f"{int(mrc.isna().sum())} aires de 2016 ({lost} personnes) sans MRC connue",
            f"{int(mrc.isna().sum())} areas of 2016 ({lost} people) without a known MRC",
        ),
    )
