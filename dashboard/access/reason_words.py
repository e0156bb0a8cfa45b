"""The reasons of a gap as the page says them, with the numbers and the dates of its language."""

from __future__ import annotations

from functools import singledispatch

from dashboard import format as fmt
from dashboard.access.sentences import about, listing_dates
from dashboard.certainty import sentence
from dashboard.i18n import _, ngettext, text
from geodata.access.addition import Addition
from geodata.access.reasons import (
    BeyondValues,
    FarValues,
    ListingValues,
    NeedValues,
    Reason,
    SharedValues,
)
from geodata.text import Text


def in_words(reason: Reason) -> str:
    """Say one reason in a sentence."""
    return _said(reason.values)


@singledispatch
def _said(values: object) -> str:
    raise TypeError(type(values).__name__)


@_said.register
def _left_out(values: Text) -> str:
    return _("Ni score ni rang : {reason}.").format(reason=text(values))


@_said.register
def _need(values: NeedValues) -> str:
    indicator = values.indicator
    return _("{title} : {value}, plus que pour {n} personnes sur 100.").format(
        title=text(indicator.title),
        value=fmt.with_unit(values.value, indicator.unit),
        n=fmt.number(values.percentile),
    )


@_said.register
def _far(values: FarValues) -> str:
    said = _("Environ {beyond} personnes sur {people} n'ont pas de lieu à {minutes} minutes ou moins").format(
        beyond=about(values.people_beyond), people=about(values.people), minutes=fmt.number(values.threshold)
    )
    if fmt.is_missing(values.minutes):
        return sentence(said)
    return _("{said} ; le plus proche est à {minutes} minutes en moyenne.").format(
        said=said, minutes=fmt.number(values.minutes)
    )


@_said.register
def _beyond(values: BeyondValues) -> str:
    people = ngettext(
        "Environ {n} personne est hors de portée",
        "Environ {n} personnes sont hors de portée",
        round(values.people),
    ).format(n=about(values.people))
    if values.minutes is None:
        return sentence(people)
    return _("{said} : aucun lieu en {minutes} minutes.").format(
        said=people, minutes=fmt.number(values.minutes)
    )


@_said.register
def _shared(values: SharedValues) -> str:
    return _(
        "Offre à portée, partagée entre tous : {n} pour 10 000 personnes ; pour la personne du milieu, au "
        "Québec, {usual}."
    ).format(n=fmt.number(values.per_10000, 2), usual=fmt.number(values.usual, 2))


@_said.register
def _listing(values: ListingValues) -> str:
    count = fmt.number(values.places)
    if not values.median:
        return _("Fiches des lieux les plus proches ({n}) : sans date.").format(n=count)
    dates = listing_dates(values.oldest, values.median)
    said = _("Fiches des lieux les plus proches ({n}) : {dates}.").format(n=count, dates=dates)
    old = values.old + values.undated
    if not old:
        return said
    return f"{said} " + ngettext(
        "{n} est périmée ou sans date.", "{n} sont périmées ou sans date.", old
    ).format(n=fmt.number(old))


@_said.register
def _help(values: Addition) -> str:
    where = (
        _("Un lieu de plus à « {name} »").format(name=values.name)
        if values.name
        else _("Un lieu de plus au milieu de l'aire de diffusion la mieux placée")
    )
    return _(
        "{where} rapprocherait environ {n} des {without} personnes qui n'en ont pas assez près (première "
        "idée, à vol d'oiseau)."
    ).format(where=where, n=about(values.people_gained), without=about(values.people_without))
