"""Community organisations and leisure centres in the City of Montréal's list of places."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from etl.listings.classify import categories_of
from etl.tables import Raw, Tables
from geodata.model import ServiceCategory
from geodata.text import Text, fold

_TYPE: Final = "Organisme communautaire et centre de loisirs"
"""The one type taken. « Service communautaire » holds municipal safety and prevention offices; libraries come
from one listing for the whole of Québec, so that none is counted twice."""

_CITY: Final = "municipality:2466023"
_OTHER_CITY: Final = "Ville "
"""How the column of boroughs begins for a linked city, which the list does not cover."""

_CONFIDENTIAL: Final = re.compile(
    r"\b(refuges?|shelters?|hebergement|violence conjugale|femmes battues|foyers? de groupe)\b"
)
"""Names, folded, of places whose address protects the people inside."""


def transform(raw: Raw) -> Tables:
    listed = raw["places"]
    of_type = listed[listed["Type"].eq(_TYPE)]
    in_city = ~of_type["Arrondissement"].fillna("").str.startswith(_OTHER_CITY)
    confidential = of_type["Nom français"].map(lambda name: bool(_CONFIDENTIAL.search(fold(name))))
    kept = of_type[in_city & ~confidential]
    return Tables(
        places=_places(kept),
        notes=_notes(int((~in_city).sum()), int(confidential.sum()), int(kept["ID"].duplicated().sum())),
    )


def _place_ids(number: pd.Series) -> pd.Series:
    """Write ``mtl:<ID>``; a number that the publisher gives to two places takes ``-2`` the second time."""
    rank = number.groupby(number).cumcount() + 1
    return "mtl:" + number + ("-" + rank.astype(str)).where(rank.gt(1), "")


def _places(kept: pd.DataFrame) -> pd.DataFrame:
    street = kept["Numéro"].fillna("") + " " + kept["rue"].fillna("")
    borough = kept["Arrondissement"]
    return pd.DataFrame(
        {
            "place_id": _place_ids(kept["ID"]),
            "name": kept["Nom français"],
            "category": ServiceCategory.COMMUNITY.value,
            "kinds": [categories_of([{"label": _TYPE}], name) for name in kept["Nom français"]],
            "address": street.str.strip(),
            "city": kept["Ville"],
            "postal_code": kept["Code postal"].str.upper().fillna(""),
            "longitude": kept["Longitude"],
            "latitude": kept["Latitude"],
            "assured_date": "",
            "detail_fr": "Organisme communautaire ou centre de loisirs, arrondissement " + borough,
            "detail_en": "Community organisation or leisure centre, borough of " + borough,
            "only_mission": False,
            "organization_id": "",
            "municipality": _CITY,
        }
    ).reset_index(drop=True)


def _notes(elsewhere: int, confidential: int, repeated: int) -> tuple[Text, ...]:
    said = (
        (elsewhere, "lieux hors de la ville de Montréal", "places outside the city of Montréal"),
        (
            confidential,
            "lieux d'hébergement dont l'adresse protège des personnes, jamais listés",
            "shelters whose address protects people, never listed",
        ),
        (repeated, "numéros donnés à deux lieux, distingués", "numbers given to two places, told apart"),
    )
    return tuple(Text(f"{n} {fr}", f"{n} {en}") for n, fr, en in said if n)
