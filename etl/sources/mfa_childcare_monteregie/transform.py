"""Childcare centres and daycares, located by postal code."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Final
from uuid import NAMESPACE_URL, uuid5

import pandas as pd

from etl.tables import Raw, Tables
from geodata.confidential import protection_of
from geodata.model import ServiceCategory
from geodata.text import Text, fold

_KIND: Final = "childcare"
_TYPES: Final = {
    "CPE": Text("centre de la petite enfance (CPE)", "early childhood centre (CPE)"),
    "GARD": Text("garderie", "daycare"),
}
_PLACES: Final = "Places totales au permis"
_INFANTS: Final = "Places 17 mois ou moins"


def transform(raw: Raw) -> Tables:
    listed = raw["childcare"]
    hidden = listed["Nom de l'installation"].map(lambda name: protection_of([name]) is not None)
    kept = listed[~hidden]
    return Tables(places=_places(kept), notes=_notes(kept, int(hidden.sum())))


def _places(kept: pd.DataFrame) -> pd.DataFrame:
    details = [_detail(row) for row in kept.to_dict("records")]
    return pd.DataFrame(
        {
            "place_id": _ids(kept),
            "name": kept["Nom de l'installation"],
            "category": ServiceCategory.YOUTH.value,
            "kinds": [[_KIND]] * len(kept),
            "address": kept["Adresse"].fillna("").str.replace(r"^[\s,]+", "", regex=True),
            "city": kept["Municipalité"],
            "postal_code": kept["Code postal"].fillna("").str.upper(),
            "longitude": float("nan"),
            "latitude": float("nan"),
            "assured_date": "",
            "detail_fr": [detail.fr for detail in details],
            "detail_en": [detail.en for detail in details],
            "only_mission": False,
            "capacity": kept[_PLACES].astype(float),
            "organization_id": "",
        }
    ).reset_index(drop=True)


def _ids(kept: pd.DataFrame) -> pd.Series:
    """Make an identifier of the name and address: the publisher gives none.

    Two permits of one name at one address are told apart by their order.
    """
    written = [
        fold(" ".join(str(cell) for cell in row))
        for row in kept[["Nom de l'installation", "Adresse", "Code postal"]].itertuples(index=False)
    ]
    made = pd.Series([f"mfa:{uuid5(NAMESPACE_URL, text).hex[:10]}" for text in written], kept.index)
    rank = made.groupby(made).cumcount() + 1
    return made + ("-" + rank.astype(str)).where(rank.gt(1), "")


def _detail(row: Mapping[Hashable, object]) -> Text:
    code = str(row["Type de service de garde"]).upper()
    kind = _TYPES.get(code, Text(code, code))
    fr, en = [kind.fr], [kind.en]
    places, infants = row[_PLACES], row[_INFANTS]
    if isinstance(places, float) and places > 0:
        fr.append(f"{places:.0f} places")
        en.append(f"{places:.0f} spaces")
    if isinstance(infants, float) and infants > 0:
        fr.append(f"dont {infants:.0f} pour poupons")
        en.append(f"{infants:.0f} of them for infants")
    if row["Place à contribution réduite"] == "CR":
        fr.append("contribution réduite")
        en.append("reduced contribution")
    return Text(", ".join(fr), ", ".join(en))


def _notes(kept: pd.DataFrame, hidden: int) -> tuple[Text, ...]:
    regions = kept["Région administrative"].nunique()
    notes = [
        Text(
            f"{len(kept)} services de garde dans {regions} région(s), {kept[_PLACES].sum():.0f} places",
            f"{len(kept)} childcare services in {regions} region(s), {kept[_PLACES].sum():.0f} spaces",
        )
    ]
    if hidden:
        notes.append(
            Text(
                f"{hidden} lieux dont l'adresse protège des personnes, jamais listés",
                f"{hidden} places whose address protects people, never listed",
            )
        )
    return tuple(notes)
