"""The sentences that open the page: who can reach what, with what range, by what reckoning."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Final

import pandas as pd

from dashboard import format as fmt
from dashboard.access.words import mode_words
from dashboard.i18n import _, ngettext, text
from geodata.access.facts import Mode
from geodata.access.groups import EVERYONE, GROUPS
from geodata.access.reach import Question, cutoff_of
from geodata.access.sites import Sites
from geodata.access.thresholds import MILIEU_NAMES, MILIEUS
from geodata.staleness import Age

_WHOLE: Final = 0.995
"""Share of the people above which nobody is told that the others are not known."""

FEWEST_LISTED: Final = 10
"""Under so many places, a listing surely leaves some out: the page warns before any figure is read."""


def out_of_hundred(share: float) -> str:
    """Say a share of 0 to 1 as people out of a hundred, without making all or none of nearly so."""
    rounded = int(fmt.rounded(100 * share, 0))
    if rounded == 100 and share < 1:
        return _("plus de {n}").format(n=fmt.number(99))
    if rounded == 0 and share > 0:
        return _("moins de {n}").format(n=fmt.number(1))
    return fmt.number(rounded)


def about(people: float) -> str:
    """Print a number of people as a model knows it, to three figures: ``412 000``."""
    if fmt.is_missing(people) or people < 1:
        return fmt.number(people)
    step = 10.0 ** max(math.floor(math.log10(people)) - 2, 0)
    return fmt.number(round(people / step) * step)


def answer(service: str, question: Question, row: pd.Series, where: str) -> list[str]:
    """Say who has a place near enough.

    Parameters
    ----------
    service
        Name of the service.
    question
        Asked.
    row
        A row of ``at_level`` for the share of people within the thresholds.
    where
        Name of the territory.

    Returns
    -------
    list of str
        The main sentence, then the people left out; one sentence where nobody can tell.
    """
    if fmt.is_missing(row["value"]):
        return [_("{service}, {where} : pas de données pour répondre.").format(service=service, where=where)]
    said = ngettext(
        "{service}, {where} : sur 100 {people}, {n} a un lieu assez près {mode}.",
        "{service}, {where} : sur 100 {people}, {n} ont un lieu assez près {mode}.",
        int(fmt.rounded(row["value"], 0)),
    ).format(
        service=service,
        where=where,
        people=_people_words(question.group),
        n=out_of_hundred(float(row["value"]) / 100),
        mode=_in_sentence(question.mode),
    )
    return [said, _left_out(question, row)]


def near_enough(question: Question) -> str:
    """Say what near enough means, by milieu."""
    minutes = question.thresholds.minutes(question.mode)
    listed = ", ".join(
        _("{n} minutes en milieu {milieu}").format(
            n=fmt.number(minutes[m], 0 if float(minutes[m]).is_integer() else 1), milieu=text(MILIEU_NAMES[m])
        )
        for m in MILIEUS
    )
    return _("Assez près : {list} au plus.").format(list=listed)


def model_range(row: pd.Series) -> str:
    """Say how far the answer moves with the travel model; nothing where it does not."""
    low, high = row["low"], row["high"]
    if fmt.is_missing(low) or fmt.is_missing(high) or fmt.rounded(low, 0) == fmt.rounded(high, 0):
        return ""
    return _("Entre {low} et {high} sur 100 si les temps réels sont plus longs ou plus courts.").format(
        low=out_of_hundred(float(low) / 100), high=out_of_hundred(float(high) / 100)
    )


def _left_out(question: Question, row: pd.Series) -> str:
    without = float(row["people"] - row["people_within"])
    beyond = float(row["out_of_reach_people"])
    if without < 1:
        return _("Personne n'est laissé au-delà.")
    said = ngettext(
        "Environ {n} personne n'en a pas assez près",
        "Environ {n} personnes n'en ont pas assez près",
        round(without),
    ).format(n=about(without))
    if beyond < 1:
        return _("{said} ; personne n'est hors de portée.").format(said=said)
    minutes = fmt.number(cutoff_of(question))
    return _("{said}, dont {n} hors de portée (aucun lieu en {minutes} minutes).").format(
        said=said, n=about(beyond), minutes=minutes
    )


def about_listing(sites: Sites, today: date) -> list[str]:
    """Say how many places there are, where the list holds, and how old it is."""
    said = [text(sites.said)]
    dates: Mapping[str, str] = sites.dates(today)
    if dates["oldest"]:
        said.append(
            _("Date des fiches : {dates}.").format(dates=listing_dates(dates["oldest"], dates["median"]))
        )
    ages = sites.ages(today)
    old = ages[Age.STALE] + ages[Age.UNDATED]
    if old:
        said.append(
            ngettext(
                "{n} fiche est périmée ou sans date.", "{n} fiches sont périmées ou sans date.", old
            ).format(n=fmt.number(old))
        )
    return said


def few_listed(sites: Sites) -> str:
    """Warn that a listing names so few places that it is surely not all there is; else nothing."""
    count = len(sites.frame)
    if not 0 < count < FEWEST_LISTED:
        return ""
    return ngettext(
        "Attention : {n} seul lieu est listé. Ce chiffre dit où il se trouve, non tout ce qui existe.",
        "Attention : {n} lieux seulement sont listés. Ce chiffre dit où ils se trouvent, non tout ce qui "
        "existe.",
        count,
    ).format(n=fmt.number(count))


def listing_dates(oldest: str, median: str) -> str:
    """Print the dates of a listing: one where all are alike, else the oldest and the median one."""
    if oldest == median:
        return fmt.date(oldest)
    return _("la plus ancienne, {oldest} ; la médiane, {median}").format(
        oldest=fmt.date(oldest), median=fmt.date(median)
    )


def partly(coverage: float) -> str:
    """Say for what share of the people the answer holds; nothing where it holds for all."""
    if fmt.is_missing(coverage) or coverage >= _WHOLE:
        return ""
    return _("Calculé pour {share} des gens : ailleurs, les lieux ou les temps ne sont pas connus.").format(
        share=fmt.share(coverage)
    )


def group_words(group: str) -> str:
    """Say how the people of a group are counted; nothing for everyone."""
    return "" if group == EVERYONE else text(GROUPS[group].how)


def _people_words(group: str) -> str:
    if group == EVERYONE:
        return _("personnes")
    title = text(GROUPS[group].title)
    return _("personnes ({group})").format(group=title[:1].lower() + title[1:])


def _in_sentence(mode: Mode) -> str:
    said = mode_words(mode)
    return said[:1].lower() + said[1:]
