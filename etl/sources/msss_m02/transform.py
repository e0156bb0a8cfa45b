"""Health and social services facilities: public places, and confidential ones that are only counted."""

from __future__ import annotations

from typing import Final

import pandas as pd

from etl.codes import mrc_id, municipality_id, territory_id
from etl.listings.classify import kinds_of_missions
from etl.tables import Raw, Tables
from geodata.confidential import names_a_confidential_place
from geodata.text import Text

_YOUTH_MISSIONS: Final = ("CRJDA", "CRMDA", "CPEJ")

_MISSIONS: Final = {
    "CLSC": Text("CLSC", "CLSC"),
    "CHSGS": Text("hôpital (soins généraux et spécialisés)", "hospital (general and specialised care)"),
    "CHPSY": Text("hôpital psychiatrique", "psychiatric hospital"),
    "CHSLD": Text("hébergement et soins de longue durée", "residential and long-term care"),
    "CRDITED": Text(
        "réadaptation, déficience intellectuelle et autisme",
        "rehabilitation, intellectual disability and autism",
    ),
    "CRDPM": Text("réadaptation, déficience motrice", "rehabilitation, motor impairment"),
    "CRDPA": Text("réadaptation, déficience auditive", "rehabilitation, hearing impairment"),
    "CRDPV": Text("réadaptation, déficience visuelle", "rehabilitation, visual impairment"),
    "CRDPL": Text("réadaptation, déficience du langage", "rehabilitation, language impairment"),
    "CRD": Text("réadaptation en dépendance", "addiction rehabilitation"),
}
"""Missions that are said beside a place; those for young people in difficulty never are."""


def transform(raw: Raw) -> Tables:
    facilities = raw["facilities"]
    hidden = confidential(facilities)
    listed = facilities[~hidden]
    return Tables(
        places=_places(listed),
        organizations=_organizations(raw["establishments"], listed),
        withheld=_withheld(facilities[hidden]),
    )


def confidential(facilities: pd.DataFrame) -> pd.Series:
    """Tell the places whose address protects someone.

    A place with a youth mission is confidential unless it is also a CLSC, whose door is open to all; a
    group home or a shelter is confidential whatever its missions.
    """
    youth = facilities[list(_YOUTH_MISSIONS)].astype(bool).any(axis=1) & ~facilities["CLSC"].astype(bool)
    return youth | facilities["INSTAL_NOM"].map(names_a_confidential_place)


def _places(listed: pd.DataFrame) -> pd.DataFrame:
    missions = listed[list(_MISSIONS)]
    return pd.DataFrame(
        {
            "place_id": "m02:" + listed["INSTAL_COD"],
            "name": listed["INSTAL_NOM"],
            "category": listed["CLSC"].map({True: "clsc", False: "health"}),
            "kinds": [kinds_of_missions(row.index[row]) for _, row in missions.astype(bool).iterrows()],
            "address": listed["ADRESSE"].fillna(""),
            "city": listed["MUN_NOM"].fillna(""),
            "postal_code": listed["CODE_POSTA"].fillna(""),
            "longitude": listed["LONGITUDE"],
            "latitude": listed["LATITUDE"],
            "assured_date": listed["DATE_MAJ"],
            "detail_fr": missions.apply(lambda row: _said(row, "fr"), axis=1),
            "detail_en": missions.apply(lambda row: _said(row, "en"), axis=1),
            "only_mission": listed["CLSC"] & (_mission_count(listed) == 1),
            "organization_id": "etab:" + listed["ETAB_CODE"],
            "rss": territory_id("rss", listed["RSS_CODE"]),
            "rls": territory_id("rls", listed["RLS_CODE"]),
            "clsc": territory_id("clsc", listed["CLSC_CODE"]),
            "mrc": mrc_id(listed["MRC_CODE"]),
            "municipality": municipality_id(listed["MUN_CODE"]),
        }
    )


def _mission_count(listed: pd.DataFrame) -> pd.Series:
    return listed[[*_MISSIONS, *_YOUTH_MISSIONS]].sum(axis=1)


def _said(missions: pd.Series, language: str) -> str:
    return ", ".join(getattr(_MISSIONS[m], language) for m in missions.index[missions.astype(bool)])


def _organizations(establishments: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """Keep establishments with a listed place: the others would name a confidential one."""
    kept = establishments[establishments["ETAB_CODE"].isin(listed["ETAB_CODE"])]
    return pd.DataFrame(
        {
            "id": "etab:" + kept["ETAB_CODE"],
            "name": kept["ETAB_NOM"],
            "alternate_name": kept["ETAB_NOM_A"].fillna(""),
            "assured_date": kept["DATE_MAJ"],
        }
    )


def _withheld(hidden: pd.DataFrame) -> pd.DataFrame:
    count = hidden.groupby("RSS_CODE").size()
    return pd.DataFrame(
        {
            "territory_id": ("rss:" + count.index).to_numpy(),
            "indicator_id": "confidential_places",
            "period": "2026",
            "value": count.to_numpy(dtype=float),
        }
    )
