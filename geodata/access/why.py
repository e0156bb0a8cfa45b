"""The reasons of a gap in plain sentences, in both languages, for a document or a terminal."""

from __future__ import annotations

from datetime import date
from functools import singledispatch

import numpy as np

from geodata.access.addition import Addition
from geodata.access.gap import Gap
from geodata.access.reasons import (
    BeyondValues,
    FarValues,
    ListingValues,
    NeedValues,
    Reason,
    SharedValues,
    reasons,
)
from geodata.package import Package
from geodata.text import Text


def why(package: Package, gap: Gap, territory_id: str, *, today: date | None = None) -> list[Text]:
    """Say why need outweighs access in a territory, one sentence a reason.

    Raises
    ------
    SelectionError
        As ``reasons``.
    """
    return [sentence(reason) for reason in reasons(package, gap, territory_id, today=today)]


def sentence(reason: Reason) -> Text:
    """Give one reason as a sentence."""
    return _said(reason.values)


@singledispatch
def _said(values: object) -> Text:
    raise TypeError(type(values).__name__)


@_said.register
def _text(values: Text) -> Text:
    return Text(f"Ni score ni rang\u00a0: {values.fr}.", f"Neither score nor rank: {values.en}.")


@_said.register
def _need(values: NeedValues) -> Text:
    title, unit = values.indicator.title, values.indicator.unit
    fr, en = (f"\u00a0{unit.symbol.fr}", f"\u00a0{unit.symbol.en}") if unit.symbol else ("", "")
    en = en.replace("\u00a0%", "%")
    return Text(
        f"{title.fr}\u00a0: {_fr(values.value, unit.decimals)}{fr}, au {values.percentile:.0f}e centile.",
        f"{title.en}: {_en(values.value, unit.decimals)}{en}, at percentile {values.percentile:.0f}.",
    )


@_said.register
def _far(values: FarValues) -> Text:
    mean_fr = mean_en = ""
    if not np.isnan(values.minutes):
        mean_fr = (
            f"\u00a0; le plus proche est à {_fr(values.minutes)} minutes en moyenne, sans compter les gens "
            "hors de portée de tout lieu"
        )
        mean_en = (
            f"; the nearest is {_en(values.minutes)} minutes away on average, not counting people out of "
            "reach of any place"
        )
    return Text(
        f"{_fr(values.people_beyond)} personnes sur {_fr(values.people)} n'ont pas de lieu assez près (seuil "
        f"de leur milieu\u00a0: {_fr(values.threshold)} minutes en moyenne){mean_fr}.",
        f"{_en(values.people_beyond)} people of {_en(values.people)} have no place near enough (threshold of "
        f"their milieu: {_en(values.threshold)} minutes on average){mean_en}.",
    )


@_said.register
def _beyond(values: BeyondValues) -> Text:
    limit = values.minutes
    fr, en = (f" en {_fr(limit)} minutes", f" in {_en(limit)} minutes") if limit is not None else ("", "")
    return Text(
        f"{_fr(values.people)} personnes sont hors de portée de tout lieu{fr}.",
        f"{_en(values.people)} people are out of reach of any place{en}.",
    )


@_said.register
def _shared(values: SharedValues) -> Text:
    return Text(
        f"Les lieux assez proches sont partagés entre beaucoup de gens\u00a0: {_fr(values.per_10000, 2)} "
        f"pour 10\u202f000 personnes, contre {_fr(values.usual, 2)} d'ordinaire.",
        f"The places near enough are shared among many people: {_en(values.per_10000, 2)} per 10,000 "
        f"people, against {_en(values.usual, 2)} usually.",
    )


@_said.register
def _listing(values: ListingValues) -> Text:
    if not values.median:
        return Text(
            f"Lieux les plus proches\u00a0: {values.places}, sans aucune date de vérification.",
            f"Nearest places: {values.places}, without any date of checking.",
        )
    return Text(
        f"Lieux les plus proches\u00a0: {values.places}\u00a0; vérifiés le {values.median} (médiane), au "
        f"plus tôt le {values.oldest}\u00a0; périmés\u00a0: {values.old}, sans date\u00a0: {values.undated}.",
        f"Nearest places: {values.places}; checked on {values.median} (median), at the earliest on "
        f"{values.oldest}; stale: {values.old}, undated: {values.undated}.",
    )


@_said.register
def _help(values: Addition) -> Text:
    fr, en = (
        (f"à «\u00a0{values.name}\u00a0»", f"at “{values.name}”")
        if values.name
        else (
            "au milieu de l'aire de diffusion la mieux placée",
            "in the middle of the best placed dissemination area",
        )
    )
    return Text(
        f"Un lieu de plus {fr} en rapprocherait {_fr(values.people_gained)} des "
        f"{_fr(values.people_without)} personnes qui n'en ont pas (estimé à vol d'oiseau).",
        f"One more place {en} would bring it near to {_en(values.people_gained)} of the "
        f"{_en(values.people_without)} people who have none (estimated as the crow flies).",
    )


def _fr(number: float, digits: int = 0) -> str:
    return f"{number:,.{digits}f}".replace(",", "\u202f").replace(".", ",")


def _en(number: float, digits: int = 0) -> str:
    return f"{number:,.{digits}f}"
