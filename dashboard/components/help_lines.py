"""Where to turn: who answers the telephone, who is in charge, who hears a complaint, who governs."""

from __future__ import annotations

from typing import Final

from dashboard import data
from dashboard import format as fmt
from dashboard.components.html import line, tag, words
from dashboard.i18n import _, ngettext
from dashboard.neighbourhood import Establishment
from geodata.model import Governance
from geodata.package import Package

NORTHERN_REGIONS: Final = ("rss:17", "rss:18")
"""Nunavik and Terres-Cries-de-la-Baie-James, where the local service is the first door."""


def where_to_turn(package: Package, territory: str) -> list[str]:
    """Give the telephone numbers, the establishment in charge and its complaints commissioner."""
    row = package.territories.loc[territory]
    region = territory if territory in NORTHERN_REGIONS else row.get("rss_id")
    return [
        *numbers_to_call(region if isinstance(region, str) else None),
        *_in_charge(data.establishments(package, territory)),
    ]


def numbers_to_call(health_region: str | None) -> list[str]:
    """Give the two numbers that anyone may call."""
    items = [
        tag(
            "li",
            tag("strong", words(_("811, option 2"))),
            words(_(" : Info-Social, jour et nuit, gratuit et confidentiel")),
        ),
        tag(
            "li",
            tag("strong", "211"),
            words(_(" : les organismes communautaires près de chez vous")),
        ),
    ]
    pieces = [tag("h3", words(_("Vers qui se tourner"))), tag("ul", *items)]
    if health_region in NORTHERN_REGIONS:
        pieces.append(
            line(_("Dans le Nord, le CLSC ou le centre de santé de la communauté est la première porte."))
        )
    return pieces


def _in_charge(found: list[Establishment]) -> list[str]:
    complaint = line(
        _(
            "Insatisfait d'un service ? Le commissaire aux plaintes et à la qualité des services de "
            "l'établissement vous écoute, gratuitement ; son nom et ses coordonnées sont sur le site de "
            "l'établissement, et le 811 ou le CLSC peuvent vous y mener."
        )
    )
    if not found:
        return [complaint]
    names = ", ".join(each.name for each in found)
    named = ngettext(
        "Établissement en charge : {names}", "Établissements en charge : {names}", len(found)
    ).format(names=names)
    date = max(each.assured_date for each in found)
    dated = _("(répertoire du {date})").format(date=fmt.date(date)) if date else ""
    return [line(f"{named} {dated}".strip()), complaint]


def steward(kind: Governance) -> str:
    """Name who speaks for the data of a community."""
    return {
        Governance.FIRST_NATION: _(
            "son conseil de bande ou à la Commission de la santé et des services sociaux des Premières "
            "Nations du Québec et du Labrador"
        ),
        Governance.INUIT: _(
            "la corporation du village nordique ou à la Régie régionale de la santé et des services "
            "sociaux du Nunavik"
        ),
        Governance.CREE: _(
            "la Première Nation crie concernée ou au Conseil cri de la santé et des services sociaux de "
            "la Baie-James"
        ),
        Governance.NASKAPI: _("la Nation naskapie de Kawawachikamach"),
    }.get(kind, "")


def community_notice(package: Package, territory: str) -> str:
    """Say whose the data of a community are, and whom to ask first; empty for another territory."""
    kind = Governance(package.territories.at[territory, "governance"])
    if kind is Governance.NONE:
        return ""
    return _(
        "Cette communauté se gouverne elle-même : ces données lui appartiennent "
        "(propriété, contrôle, accès, possession). Avant de s'en servir, parlez à {steward}."
    ).format(steward=steward(kind))
