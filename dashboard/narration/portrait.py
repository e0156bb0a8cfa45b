"""The text of a portrait, and its three first sentences."""

from __future__ import annotations

from typing import Final

from dashboard.comparison import Reference
from dashboard.narration.conditions import conditions, deprivation, sentence_of
from dashboard.narration.facts import Say, fact_of
from dashboard.narration.grammar import capital, tidy
from dashboard.narration.inside import inside
from dashboard.narration.limits import limits
from dashboard.narration.paragraphs import Paragraph, paragraph
from dashboard.narration.people import age_sentence, ages, density, growth, who
from dashboard.narration.services import service_sentence, services
from geodata.package import Package

FIRST_SENTENCES: Final = 3
_FIRST_FIGURES: Final = (
    ("cimd_situational_vulnerability_top_fifth_pct", "cimd_situational_vulnerability"),
    ("low_income_lim_at_pct", "market_basket_poverty_pct", "living_alone_pct"),
)
"""Figures that a first sentence may give; the first of each group that has one is taken."""


def portrait_text(package: Package, territory: str, reference: Reference) -> list[Paragraph]:
    """Write the text of a portrait in the language of the page.

    A comparison is called higher or lower only where it exceeds its error; a figure whose error nobody
    publishes is given with its fifth, never with a rank; what is missing is said, and what a community
    keeps is not.

    Parameters
    ----------
    territory
        An identifier of the package.
    reference
        What it is compared with.

    Returns
    -------
    list of Paragraph
        ``people``, ``ages``, ``income``, ``households``, ``education_work``, ``deprivation``, ``inside``,
        ``services``, ``limits``, those that have something to say.
    """
    people = [who(package, territory), growth(package, territory, reference), density(package, territory)]
    return [
        *paragraph("people", people),
        *paragraph("ages", ages(package, territory, reference)),
        *conditions(package, territory, reference),
        *deprivation(package, territory, reference),
        *paragraph("inside", inside(package, territory)),
        *paragraph("services", services(package, territory)),
        *paragraph("limits", limits(package, territory)),
    ]


def three_sentences(package: Package, territory: str) -> list[str]:
    """Give the three plain sentences of the first screen, fewer where less is known."""
    figures = [sentence for group in _FIRST_FIGURES if (sentence := _first_of(package, territory, group))]
    candidates = [
        who(package, territory),
        age_sentence(package, territory) or growth(package, territory),
        *figures,
        growth(package, territory),
        service_sentence(package, territory),
        density(package, territory),
    ]
    said = dict.fromkeys(capital(tidy(candidate)) for candidate in candidates if candidate)
    return list(said)[:FIRST_SENTENCES]


def _first_of(package: Package, territory: str, names: tuple[str, ...]) -> str:
    facts = (fact_of(package, territory, name) for name in names)
    return next((sentence_of(package, fact) for fact in facts if fact and fact.say is Say.VALUE), "")
