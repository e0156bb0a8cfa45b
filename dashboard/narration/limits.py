"""What the figures do not say."""

from __future__ import annotations

from typing import Final

from dashboard import format as fmt
from dashboard.i18n import _, ngettext, text
from dashboard.narration.facts import Fact, Say, facts_of
from dashboard.narration.grammar import in_title_of, listed
from geodata.model import THEME_NAMES, Level, Status, Theme
from geodata.package import Package

MOST_NAMED: Final = 4
MEASURED: Final = tuple(theme for theme in Theme if theme is not Theme.SERVICES)


def limits(package: Package, territory: str) -> list[str]:
    """Say what is missing, what is uncertain, and what no figure could say.

    Values that a community keeps are not named here: the notice of the page says whom to ask.
    """
    facts = facts_of(package, territory, MEASURED)
    return [
        _absent_themes(package, territory),
        _named(
            _("retenus par le producteur, faute d'assez de personnes : {titles}"),
            [fact for fact in facts if fact.say is Say.NOTHING and _status(fact) == Status.SUPPRESSED.value],
        ),
        _named(
            _("pas de données ici, ce qui n'est pas un zéro : {titles}"),
            [fact for fact in facts if fact.say is Say.NOTHING and _status(fact) == Status.NO_DATA.value],
        ),
        _named(_("retirés avec leur source : {titles}"), [f for f in facts if f.say is Say.RECALLED]),
        _uncertain(facts),
        _unpublished(facts),
        _years(facts),
        _("ces chiffres ne disent ni ce que vivent les gens d'ici, ni ce qu'ils souhaitent"),
    ]


def _status(fact: Fact) -> str:
    return str(fact.row["status"])


def _absent_themes(package: Package, territory: str) -> str:
    level = Level(package.territories.at[territory, "level"])
    by_theme = {theme: [i for i in package.indicators.values() if i.theme is theme] for theme in MEASURED}
    absent = [
        in_title_of(text(THEME_NAMES[theme]))
        for theme, indicators in by_theme.items()
        if indicators and not any(level in indicator.levels for indicator in indicators)
    ]
    if not absent:
        return ""
    return _("à ce niveau, ces données ne disent rien sur : {themes}").format(themes=", ".join(absent))


def _named(template: str, facts: list[Fact]) -> str:
    if not facts:
        return ""
    titles = [in_title_of(fact.title) for fact in facts]
    more = len(titles) - MOST_NAMED
    if more > 0:
        others = ngettext("{n} autre", "{n} autres", more).format(n=fmt.number(more))
        titles = [*titles[:MOST_NAMED], others]
    return template.format(titles=listed(titles))


def _uncertain(facts: list[Fact]) -> str:
    count = sum(fact.say is Say.UNCERTAIN for fact in facts)
    if not count:
        return ""
    return ngettext(
        "{n} chiffre est trop incertain pour être lu",
        "{n} chiffres sont trop incertains pour être lus",
        count,
    ).format(n=fmt.number(count))


def _unpublished(facts: list[Fact]) -> str:
    shown = [fact for fact in facts if fact.say is Say.VALUE]
    count = sum(fact.unpublished for fact in shown)
    if not count:
        return ""
    if count == len(shown):
        return _("l'incertitude n'est publiée pour aucun de ces chiffres : ils se lisent avec prudence")
    return ngettext(
        "pour {n} des {total} chiffres, l'incertitude n'est pas publiée : il se lit avec prudence",
        "pour {n} des {total} chiffres, l'incertitude n'est pas publiée : ils se lisent avec prudence",
        count,
    ).format(n=fmt.number(count), total=fmt.number(len(shown)))


def _years(facts: list[Fact]) -> str:
    years = sorted({fact.period[-4:] for fact in facts if fact.say is Say.VALUE})
    if len(years) < 2:
        return ""
    return _("les chiffres vont de {first} à {last} : ils ne sont pas tous de la même année").format(
        first=years[0], last=years[-1]
    )
