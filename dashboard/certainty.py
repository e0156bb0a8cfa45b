"""How far a number can be leaned upon, in words: its grade and why, its error, its rank, a difference.

Every sentence here is a clause, without capital and without final period, to be set into a page or a text;
``sentence`` and the automatic text make sentences of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.components.html import tag, words
from dashboard.components.labels import level_in_sentence
from dashboard.figures import FEWEST_TO_PLACE, Fifth, fifth_in_words, fifth_of
from dashboard.i18n import _, current_language, ngettext, text
from geodata.differences import Difference, Estimate, Verdict
from geodata.figure_error import asks_for_people
from geodata.model import (
    GRADE_NAMES,
    GRADE_SHAPES,
    ErrorKind,
    Governance,
    Grade,
    Indicator,
    Level,
    Status,
    Unit,
)
from geodata.package import Package
from geodata.ranking import rank_intervals
from geodata.uncertainty import (
    CAUTION_COVERAGE,
    CAUTION_CV,
    CAUTION_PEOPLE,
    UNUSABLE_CV,
    UNUSABLE_PEOPLE,
    coefficient_of_variation,
)

_KEPT: Final = 64


def grade_badge(grade: object) -> str:
    """Give a grade as a shape and its word, in HTML; empty for no grade."""
    known = _grade(grade)
    if known is None:
        return ""
    shape = tag("span", GRADE_SHAPES[known], aria_hidden="true")
    return tag("span", shape, " ", words(text(GRADE_NAMES[known])), css="px-grade")


def grade_shape(grade: object) -> str:
    """Give a grade as its shape alone, in HTML, with its word for those who do not see it."""
    known = _grade(grade)
    if known is None:
        return ""
    return tag("span", GRADE_SHAPES[known], role="img", aria_label=text(GRADE_NAMES[known]), css="px-grade")


def grade_in_text(grade: object) -> str:
    """Give a grade as plain text, shape and word; empty for no grade."""
    known = _grade(grade)
    return "" if known is None else f"{GRADE_SHAPES[known]} {text(GRADE_NAMES[known])}"


def sentence(*clauses: str) -> str:
    """Make sentences of clauses; the empty ones say nothing."""
    return " ".join(f"{clause[:1].upper()}{clause[1:]}." for clause in clauses if clause)


def why_grade(row: pd.Series, indicator: Indicator) -> str:
    """Say a grade and what earned it: « prudence : couverture de 82 % ».

    Parameters
    ----------
    row
        A row of ``Figures.frame``.
    indicator
        Of that row.
    """
    known = _grade(row["grade"])
    if known is None:
        return ""
    reasons = _solid_because(row) if known is Grade.SOLID else _weakened_by(row, indicator, known)
    name = text(GRADE_NAMES[known])
    return _("{grade} : {reasons}").format(grade=name, reasons=", ".join(reasons)) if reasons else name


def _solid_because(row: pd.Series) -> list[str]:
    if row["error_kind"] == ErrorKind.NONE.value:
        return [_("compte exact")]
    return [_("erreur relative de moins de {cv}").format(cv=_percent(CAUTION_CV))]


def _weakened_by(row: pd.Series, indicator: Indicator, grade: Grade) -> list[str]:
    """List what keeps a figure from the better grade; the publisher's own flag is what remains."""
    if row["status"] == Status.SUPPRESSED.value:
        return [_("retenu par le producteur")]
    unusable = grade is Grade.DO_NOT_USE
    cv = _cv(row, indicator)
    reasons = []
    most = UNUSABLE_CV if unusable else CAUTION_CV
    if cv >= most:
        reasons.append(_("erreur relative de {cv} et plus").format(cv=_percent(most)))
    if asks_for_people(indicator):
        reasons += _few_people(row, UNUSABLE_PEOPLE if unusable else CAUTION_PEOPLE)
    if unusable:
        return reasons
    if row["coverage"] < CAUTION_COVERAGE:
        reasons.append(_("couverture de {share}").format(share=fmt.share(row["coverage"])))
    if row["error_kind"] == ErrorKind.UNPUBLISHED.value:
        reasons.append(_("incertitude non publiée"))
    elif math.isnan(cv):
        reasons.append(_("erreur sans commune mesure avec le chiffre"))
    return reasons or [_("qualité signalée par le producteur")]


def _few_people(row: pd.Series, fewest: int) -> list[str]:
    people = row.get("people", math.nan)
    if pd.isna(people):
        return [_("population inconnue")] if "people" in row.index and fewest == CAUTION_PEOPLE else []
    if people >= fewest:
        return []
    return [_("moins de {count} personnes").format(count=fmt.number(fewest))]


def error_words(row: pd.Series, indicator: Indicator) -> str:
    """Say the margin of error of a figure, and how large it is beside it; empty without a value."""
    if pd.isna(row["value"]):
        return ""
    if row["error_kind"] == ErrorKind.UNPUBLISHED.value:
        return _("incertitude non publiée")
    if pd.isna(row["moe_95"]):
        return _("marge d'erreur inconnue")
    if row["moe_95"] == 0:
        return _("compte exact")
    margin = fmt.margin(row["moe_95"], indicator.unit)
    if math.isnan(_cv(row, indicator)):
        return _("marge d'erreur : {margin}, 19 fois sur 20").format(margin=margin)
    return _("marge d'erreur : {margin}, 19 fois sur 20 ({relative})").format(
        margin=margin, relative=_relative(row, indicator)
    )


def error_note(frame: pd.DataFrame, indicator: Indicator) -> str:
    """Say once, for a whole table, what its margins of error are; empty without a value.

    Parameters
    ----------
    frame
        ``Figures.frame``.
    indicator
        Of that frame.
    """
    present = frame[frame["value"].notna()]
    if (present["moe_95"] > 0).any():
        return _("± : marge d'erreur, 19 fois sur 20.")
    return sentence(error_words(present.iloc[0], indicator)) if len(present) else ""


def silent_errors(indicators: Iterable[Indicator]) -> str:
    """Name, for a table of several indicators, those whose error is not published; empty where all are."""
    silent = [text(one.title) for one in indicators if one.error_kind is ErrorKind.UNPUBLISHED]
    return _("Incertitude non publiée : {names}.").format(names=" ; ".join(silent)) if silent else ""


def _relative(row: pd.Series, indicator: Indicator) -> str:
    """Say the standard error beside the value, or beside the level's spread where there is no true zero."""
    printed = _percent(_cv(row, indicator))
    if indicator.unit.ratio_scale and row["value"] > 0:
        return _("erreur relative de {cv}").format(cv=printed)
    return _("erreur de {cv} de l'écart entre les territoires").format(cv=printed)


def _percent(part: float) -> str:
    space = fmt.NBSP if current_language() == "fr" else ""
    return f"{fmt.number(100 * part, 1)}{space}%"


def _cv(row: pd.Series, indicator: Indicator) -> float:
    if "cv" in row.index:
        return float(row["cv"])
    ratio_scale = indicator.unit.ratio_scale
    return float(coefficient_of_variation(row["value"], row["moe_95"], ratio_scale=ratio_scale, spread=None))


def ranks_of(package: Package, level: Level, indicator_id: str, period: str) -> pd.DataFrame:
    """Give the range of ranks of every territory of a level that may be ranked.

    Returns
    -------
    pandas.DataFrame
        ``rank_low``, ``rank_high`` of ``geodata.ranking.rank_intervals``, 1 the highest value; null for
        communities that govern themselves, for figures that are not to be used and where the error is
        not published.
    """
    return _ranks(package.id, level.value, indicator_id, period, package)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _ranks(package_id: str, level: str, indicator_id: str, period: str, _package: Package) -> pd.DataFrame:
    shown = data.figures_of(_package, Level(level), indicator_id, period)
    return rank_intervals(shown.placed, shown.frame["moe_95"])


def standing_words(package: Package, level: Level, indicator_id: str, period: str, territory: str) -> str:
    """Say where a figure stands among its level: a range of ranks, a fifth, or why neither.

    Empty without a figure, or with too few territories to stand among.
    """
    shown = data.figures_of(package, level, indicator_id, period)
    row = shown.row(territory)
    if pd.isna(row["value"]):
        return ""
    if package.territories.at[territory, "governance"] != Governance.NONE.value:
        return _("les communautés qui se gouvernent ne sont pas rangées parmi les autres")
    if not row["placed"]:
        return _("trop incertain pour être comparé aux autres territoires")
    ranks = ranks_of(package, level, indicator_id, period)
    own = ranks.loc[[territory]].iloc[0]
    if pd.notna(own["rank_low"]):
        return _rank_words(own, int(ranks["rank_low"].notna().sum()), level, exact=row["moe_95"] == 0)
    fifth = fifth_of(shown.placed, territory)
    return "" if fifth is None else place_words(fifth, level, int(shown.placed.notna().sum()))


def _rank_words(own: pd.Series, count: int, level: Level, *, exact: bool) -> str:
    if count < FEWEST_TO_PLACE:
        return ""
    if own["rank_low"] == own["rank_high"]:
        said = _("au {rank} rang sur {count}, du plus élevé au moins élevé")
    else:
        said = _("entre le {low} et le {high} rang sur {count}, du plus élevé au moins élevé")
    low, high = fmt.ordinal(int(own["rank_low"])), fmt.ordinal(int(own["rank_high"]))
    sure = "" if exact else _(", 9 fois sur 10")
    where = _(" (niveau : {level})").format(level=level_in_sentence(level))
    return said.format(rank=low, low=low, high=high, count=fmt.number(count)) + sure + where


def place_words(fifth: Fifth, level: Level, count: int) -> str:
    """Say in which fifth a value stands, and among how many territories that have one."""
    return _("{fifth} ({count} territoires avec un chiffre, niveau : {level})").format(
        fifth=fifth_in_words(fifth), count=fmt.number(count), level=level_in_sentence(level)
    )


def estimate_of(row: pd.Series) -> Estimate:
    """Give a row of figures as an estimate that may be subtracted from another."""
    value, moe = float(row["value"]), float(row["moe_95"])
    return Estimate(None if math.isnan(value) else value, None if math.isnan(moe) else moe)


def verdict_words(verdict: Verdict) -> str:
    """Say in a few words what a difference is worth."""
    return {
        Verdict.BEYOND_ERROR: _("différence au-delà de l'erreur"),
        Verdict.WITHIN_ERROR: _("différence dans l'erreur"),
        Verdict.UNKNOWN: _("on ne peut pas dire si la différence dépasse l'erreur"),
        Verdict.MISSING: _("pas de données pour comparer"),
    }[verdict]


def difference_words(difference: Difference, unit: Unit) -> str:
    """Say a difference and whether it exceeds its error: « se compare », or higher, or lower.

    Parameters
    ----------
    difference
        The first figure less the second; the sentence is about the first.
    unit
        Of both figures.
    """
    if difference.value is None:
        return verdict_words(Verdict.MISSING)
    gap = gap_words(difference.value, unit)
    margin = "" if not difference.moe_95 else f" (±{fmt.NBSP}{fmt.bare(difference.moe_95, unit)})"
    if difference.verdict is Verdict.WITHIN_ERROR and margin:
        return _("se compare : l'écart de {gap}{margin} ne dépasse pas la marge d'erreur").format(
            gap=gap, margin=margin
        )
    if difference.value == 0:
        said = _("même valeur")
    elif difference.value > 0:
        said = _("plus élevé de {gap}{margin}").format(gap=gap, margin=margin)
    else:
        said = _("moins élevé de {gap}{margin}").format(gap=gap, margin=margin)
    if difference.verdict is Verdict.UNKNOWN:
        return _("{difference} ; {verdict}").format(difference=said, verdict=verdict_words(Verdict.UNKNOWN))
    return said


def difference_brief(difference: Difference) -> str:
    """Say in a few words which side a figure is on; empty where nobody can say."""
    if difference.verdict is Verdict.WITHIN_ERROR:
        return _("se compare") if difference.moe_95 else _("même valeur")
    if difference.verdict is Verdict.BEYOND_ERROR and difference.value is not None:
        return _("plus élevé ici") if difference.value > 0 else _("moins élevé ici")
    return ""


def gap_words(gap: float, unit: Unit) -> str:
    """Print the size of a difference: percentages differ by percentage points."""
    smallest = 10.0**-unit.decimals
    if gap != 0 and fmt.rounded(gap, unit.decimals) == 0:
        return _("moins de {gap}").format(gap=_sized(smallest, unit))
    return _sized(abs(gap), unit)


def _sized(size: float, unit: Unit) -> str:
    if unit.id != "percent":
        return fmt.with_unit(size, unit)
    # French counts 1,9 as one point, English counts 1.0 as several.
    count = int(fmt.rounded(size, unit.decimals)) if current_language() == "fr" else 2
    points = ngettext("point de pourcentage", "points de pourcentage", count)
    return f"{fmt.bare(size, unit)}{fmt.NBSP}{points}"


def _grade(value: object) -> Grade | None:
    return Grade(str(value)) if value in {known.value for known in Grade} else None
