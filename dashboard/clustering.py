"""Where the figures of a level stand together: what enters, what comes out, and how it is said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.certainty import error_note, grade_in_text
from dashboard.components.labels import level_name, territory_name
from dashboard.components.table_frame import value_title
from dashboard.exports.sheet import Column, Sheet, rounded, sources_of
from dashboard.figures import figures
from dashboard.i18n import _, ngettext
from dashboard.maps import Classification, Method
from dashboard.maps.classes import HIDDEN, NO_DATA
from dashboard.maps.still import still_classes
from geodata.clusters import ALPHA, PERMUTATIONS, Clusters, Moran, Quadrant, clusters, smoothed_rate
from geodata.model import Aggregation, Governance, Grade, Indicator, Level, Status
from geodata.neighbours import neighbours_of
from geodata.package import Package

IN_ORDER: Final = tuple(Quadrant)
MOST_NAMED: Final = 5
SMALLEST_P: Final = 0.001
FINE_PERMUTATIONS: Final = 9_999
MOST_FINE: Final = 2_000
"""Above so many territories, ten times the draws would take tens of seconds."""

COLOURS: Final = ("#a6420a", "#12607a", "#f0b27a", "#8cc7d6", "#eef0f2")
"""High, low, high among low, low among high, chance: told apart by every eye, the two firm ones dark."""


class LeftOut(StrEnum):
    """Why a territory does not enter; the first that holds is said."""

    COMMUNITY = "community"
    NO_FIGURE = "no_figure"
    NO_SHAPE = "no_shape"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True)
class Question:
    """What one asks of a level.

    Attributes
    ----------
    level, indicator, period
        The figures.
    smoothed
        Whether small numbers are drawn towards the rate of all first.
    corrected
        Whether false discoveries are controlled; without it a sign in twenty is chance.
    finely
        Whether 9,999 draws are made in place of 999: p-values may then be ten times smaller, which the
        control of false discoveries asks for at levels of some hundred territories.
    """

    level: Level
    indicator: str
    period: str
    smoothed: bool = False
    corrected: bool = True
    finely: bool = False

    @property
    def permutations(self) -> int:
        """Number of draws."""
        return FINE_PERMUTATIONS if self.finely else PERMUTATIONS


@dataclass(frozen=True, eq=False)
class Answer:
    """What was found.

    Attributes
    ----------
    found
        The clusters of the territories that entered.
    quadrants
        Quadrant by territory of the level; null where it did not enter.
    left_out
        Why each of the others did not enter (``LeftOut``), empty where it did, by territory.
    hidden
        True where the figure exists and is not shown.
    """

    question: Question
    found: Clusters
    quadrants: pd.Series
    left_out: pd.Series
    hidden: pd.Series


def can_be_smoothed(package: Package, level: Level, indicator: Indicator, period: str) -> bool:
    """Say whether figures count people among people, and give both counts, which smoothing asks for."""
    if indicator.unit.id != "percent" or indicator.aggregation not in (Aggregation.RATIO, Aggregation.NONE):
        return False
    rows = package.values(level, indicator.id, period)
    rows = rows[rows["value"].notna()]
    return len(rows) > 0 and bool(rows["numerator"].between(0, rows["denominator"]).all())


def can_be_finer(package: Package, level: Level) -> bool:
    """Say whether a level is small enough for ten times the draws."""
    return len(package.level(level)) <= MOST_FINE


def answer(package: Package, question: Question) -> Answer:
    """Find the clusters, once for each question.

    Raises
    ------
    SelectionError
        With too few territories or equal values.
    """
    return _answer(package.id, question, package)


@st.cache_resource(max_entries=64, show_spinner=False)
def _answer(package_id: str, question: Question, _package: Package) -> Answer:
    values, left_out, hidden = _entering(_package, question)
    present = values.dropna()
    ties = neighbours_of(_package.level(question.level).loc[present.index])
    found = clusters(present, ties, permutations=question.permutations)
    quadrants = found.frame["quadrant"] if question.corrected else before_correction(found)
    return Answer(question, found, quadrants.reindex(values.index), left_out, hidden)


def _entering(package: Package, question: Question) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Give the values that enter, why the others do not, and which of those are kept off the screen."""
    shown = figures(package, question.level, question.indicator, question.period)
    frame, territories = shown.frame, package.level(question.level)
    values = _values(package, question, shown.values)
    governed = territories["governance"].ne(Governance.NONE.value)
    placeless = territories.geometry.isna() | territories.geometry.is_empty
    unusable = frame["grade"].eq(Grade.DO_NOT_USE.value) & (not question.smoothed)
    missing = values.isna()
    reasons = np.select(
        [governed, missing, placeless, unusable],
        [why.value for why in LeftOut],
        "",
    )
    left_out = pd.Series(reasons, index=frame.index)
    return values.where(left_out.eq("")), left_out, frame["hidden"]


def _values(package: Package, question: Question, shown: pd.Series) -> pd.Series:
    if not question.smoothed:
        return shown
    indicator = package.indicators[question.indicator]
    observed = package.values(question.level, question.indicator, question.period)
    known = observed["status"].eq(Status.OK.value) & shown.notna()
    parts = observed[["numerator", "denominator"]].where(known)
    return smoothed_rate(parts["numerator"], parts["denominator"]) * indicator.scale


def before_correction(found: Clusters) -> pd.Series:
    """Give the quadrant of every territory under one chance in twenty, many of which are chance."""
    frame = found.frame
    return frame["side"].where(frame["p"] < ALPHA, Quadrant.NOT_SIGNIFICANT.value)


def quadrant_words(quadrant: Quadrant) -> str:
    """Say what a territory and its neighbours are like."""
    return {
        Quadrant.HIGH_HIGH: _("valeur élevée, entourée de valeurs élevées"),
        Quadrant.LOW_LOW: _("valeur basse, entourée de valeurs basses"),
        Quadrant.HIGH_LOW: _("valeur élevée, entourée de valeurs basses"),
        Quadrant.LOW_HIGH: _("valeur basse, entourée de valeurs élevées"),
        Quadrant.NOT_SIGNIFICANT: _("non significatif : le hasard seul pourrait l'expliquer"),
    }[quadrant]


def moran_words(moran: Moran) -> str:
    """Say in a sentence whether alike values stand side by side in the whole level."""
    if moran.p >= ALPHA:
        said = _("Dans l'ensemble, rien ne montre que les valeurs semblables se côtoient plus que par hasard")
    elif moran.index > moran.expected:
        said = _("Dans l'ensemble, les valeurs semblables se côtoient plus que le hasard ne le ferait")
    else:
        said = _("Dans l'ensemble, les valeurs voisines diffèrent plus que le hasard ne le ferait")
    return _("{said} (I de Moran : {index} ; p {p} ; {permutations} tirages).").format(
        said=said,
        index=fmt.number(moran.index, 2),
        p=p_words(moran.p),
        permutations=fmt.number(moran.permutations),
    )


def left_out_word(why: LeftOut) -> str:
    """Say why a territory does not enter."""
    return {
        LeftOut.COMMUNITY: _("communauté qui se gouverne elle-même"),
        LeftOut.NO_FIGURE: _("pas de données"),
        LeftOut.NO_SHAPE: _("sans contour"),
        LeftOut.UNCERTAIN: _("chiffre trop incertain"),
    }[why]


def p_words(p: float) -> str:
    """Print a p-value with its sign; one that three decimals cannot hold is « under »."""
    if p < SMALLEST_P:
        return f"< {fmt.number(SMALLEST_P, 3)}"
    return f"= {fmt.number(p, 3)}"


def painted(found: Answer) -> Classification:
    """Give one class a quadrant, for the map and its legend."""
    codes = pd.Series(range(len(IN_ORDER)), index=[kind.value for kind in IN_ORDER])
    classes = found.quadrants.map(codes)
    without = np.where(found.left_out.eq(LeftOut.NO_FIGURE) & ~found.hidden, NO_DATA, HIDDEN)
    filled = np.where(classes.isna(), without, classes.fillna(0)).astype(np.uint8)
    return Classification(
        method=Method.FIXED,
        breaks=(),
        bounds=(),
        classes=filled,
        counts=tuple(int((filled == code).sum()) for code in range(len(IN_ORDER))),
        no_data=int((filled == NO_DATA).sum()),
        hidden=int((filled == HIDDEN).sum()),
        index=found.quadrants.index,
    )


def left_out_words(found: Answer) -> str:
    """Say how many territories did not enter, and why; empty where all did."""
    counts = found.left_out[found.left_out.ne("")].value_counts()
    said = [
        ngettext("{n} territoire ({why})", "{n} territoires ({why})", int(n)).format(
            n=fmt.number(n), why=left_out_word(LeftOut(str(why)))
        )
        for why, n in counts.items()
    ]
    return _("N'entrent pas dans l'analyse : {list}.").format(list=", ".join(said)) if said else ""


def sheet(package: Package, found: Answer) -> Sheet:
    """Give what was found as a table: each territory, its value, its quadrant and its p-value."""
    question, frame = found.question, found.found.frame
    indicator = package.indicators[question.indicator]
    decimals = indicator.unit.decimals
    index = found.quadrants.index
    shown = figures(package, question.level, question.indicator, question.period)
    kinds = {kind.value: quadrant_words(kind) for kind in IN_ORDER}
    reasons = {why.value: left_out_word(why) for why in LeftOut}
    table = pd.DataFrame(
        {
            "territory_id": index,
            "territory": [territory_name(package, str(name)) for name in index],
            "value": rounded(frame["value"].reindex(index), decimals),
            "grade": shown.frame["grade"].map(grade_in_text),
            "quadrant": found.quadrants.map(kinds).fillna(found.left_out.map(reasons)),
            "p": rounded(frame["p"].reindex(index), 3),
        },
        index=index,
    )
    columns = (
        Column("territory_id", _("Identifiant")),
        Column("territory", level_name(question.level)),
        Column("value", figure_title(indicator, question), "number", decimals),
        Column("grade", _("Fiabilité")),
        Column("quadrant", _("Regroupement")),
        Column("p", _("p (bilatéral)"), "number", 3),
    )
    notes = (moran_words(found.found.moran), method_words(package, found), error_note(shown.frame, indicator))
    return Sheet(
        title=title(package, question),
        columns=columns,
        frame=table,
        notes=tuple(note for note in notes if note),
        sources=sources_of(package, [question.indicator]),
        geometry=package.level(question.level).geometry,
    )


def figure_title(indicator: Indicator, question: Question) -> str:
    """Give the heading of the figures, which says where they were smoothed."""
    named = value_title(indicator)
    return _("{title}, lissé").format(title=named) if question.smoothed else named


def title(package: Package, question: Question) -> str:
    """Say what the map of clusters shows."""
    from_indicator = figure_title(package.indicators[question.indicator], question)
    return _("Regroupements : {indicator}, {level}, {period}").format(
        indicator=from_indicator, level=level_name(question.level), period=question.period
    )


def method_words(package: Package, found: Answer) -> str:
    """Say how it was computed, in one paragraph."""
    ties = found.found.neighbours
    if ties.by_distance:
        said = [_("Voisinage : les six aires les plus proches, par leurs points.")]
    else:
        said = [_("Voisinage : territoires qui se touchent, même par un coin.")]
    if ties.islands:
        names = ", ".join(territory_name(package, name) for name in ties.islands[:MOST_NAMED])
        names += "…" if len(ties.islands) > MOST_NAMED else ""
        said.append(_("Sans voisin, reliés aux trois plus proches : {names}.").format(names=names))
    said.append(
        _(
            "Indice local de Moran, {permutations} tirages à graine fixe, test bilatéral ; les fausses "
            "découvertes sont contenues à 5 % (Benjamini et Hochberg)."
        ).format(permutations=fmt.number(found.found.moran.permutations))
    )
    if found.question.smoothed:
        said.append(_("Petits nombres lissés (Bayes empirique de Marshall) avant l'analyse."))
    if not found.question.corrected:
        said.append(_("Ici avant cette correction : environ un signe sur vingt tient au hasard."))
    return " ".join(said)


def drawn(package: Package, found: Answer) -> str:
    """Draw the map of clusters as SVG text, in the colours of the page."""
    question = found.question
    return still_classes(
        package,
        question.level,
        painted(found),
        labels=[quadrant_words(kind) for kind in IN_ORDER],
        colours=COLOURS,
        indicator=package.indicators[question.indicator],
        title=title(package, question),
        hidden_note=_("Hors de l'analyse"),
    )
