"""How the ranks of territories move when the thresholds do: a place in a list hangs on a convention."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard import reach
from dashboard.access.link import Asked
from dashboard.components.acces.look import heading
from dashboard.components.html import line, show, table, words
from dashboard.components.labels import level_name, territory_name
from dashboard.i18n import _, ngettext
from geodata.access.measure_words import Measure
from geodata.access.ranks import RankMoves
from geodata.access.thresholds import MILIEUS
from geodata.model import Level
from geodata.package import Package

_FEWEST = 5
"""Under so many ranked territories, a rank says nothing."""

_SHOWN = 5
_STILL = (Measure.NEAREST_1, Measure.NEAREST_3, Measure.PER_1000, Measure.BALANCED)
"""Measures without thresholds, and the one that has no level."""


def moves(package: Package, asked: Asked, level: Level) -> None:
    """Draw the ranges of ranks; nothing where the measure has no thresholds."""
    if asked.question.measure in _STILL:
        return
    heading(_("Et si les seuils étaient autres ?"))
    with st.spinner(_("Calcul avec des seuils plus courts et plus longs…")):
        found = reach.moves(package, asked.question, level)
    ranked = found.frame.dropna()
    if len(ranked) < _FEWEST:
        show(line(_("Trop peu de territoires ont un rang à ce niveau pour le dire.")))
        return
    show(
        line(_lead(_widened(ranked)), css="px-lead"),
        table(_("Seuils multipliés, et accord des rangs"), _headings(), _factors(asked, found)),
    )
    show(_territories(package, asked, level, ranked))
    show(
        line(
            _(
                "1er rang : le meilleur accès. Un rang est une étendue : même avec les seuils choisis, elle "
                "tient les temps plus longs et plus courts du modèle. Les communautés qui se gouvernent "
                "n'ont pas de rang."
            ),
            css="px-small",
        )
    )


def _lead(widened: pd.Series) -> str:
    median = round(float(widened.median()))
    return ngettext(
        "Avec des seuils de moitié plus courts à moitié plus longs, l'étendue du rang d'un territoire sur "
        "deux s'allonge de {n} place ou plus, sur {count} ; la plus touchée, de {most}.",
        "Avec des seuils de moitié plus courts à moitié plus longs, l'étendue du rang d'un territoire sur "
        "deux s'allonge de {n} places ou plus, sur {count} ; la plus touchée, de {most}.",
        median,
    ).format(
        n=fmt.number(median),
        count=fmt.number(len(widened)),
        most=fmt.number(int(widened.max())),
    )


def _widened(ranked: pd.DataFrame) -> pd.Series:
    """Count the places that a range gains: equals hold several with the chosen thresholds already."""
    own = ranked["chosen_high"] - ranked["chosen_low"]
    return (ranked["moves"] - own).astype(int)


def _headings() -> tuple[str, str, str]:
    return (
        _("Seuils"),
        _("Minutes (urbain, périurbain, rural, éloigné)"),
        _("Accord avec les rangs choisis (Spearman)"),
    )


def _factors(asked: Asked, found: RankMoves) -> list[tuple[str, str, str]]:
    question = asked.question
    rows = []
    for factor, agreement in found.spearman.items():
        minutes = question.thresholds.scaled(float(str(factor))).minutes(question.mode)
        times = _("comme choisis") if factor == 1 else f"× {fmt.number(float(str(factor)), 2)}"
        agreed = fmt.number(agreement, 2)
        listed = ", ".join(
            fmt.number(minutes[m], 0 if float(minutes[m]).is_integer() else 1) for m in MILIEUS
        )
        rows.append((words(times), words(listed), words(agreed)))
    return rows


def _territories(package: Package, asked: Asked, level: Level, ranked: pd.DataFrame) -> str:
    own = [asked.territory] if asked.territory in ranked.index else []
    widest = _widened(ranked).sort_values(ascending=False, kind="stable").index
    shown = [*own, *(name for name in widest if name not in own)][: _SHOWN + len(own)]
    cells = [
        (
            words(territory_name(package, str(name))),
            words(
                rank_range(
                    row["chosen_low"],
                    row["chosen_high"],
                    _("au {rank} rang, que les temps soient plus longs ou plus courts"),
                )
            ),
            words(
                rank_range(row["rank_low"], row["rank_high"], _("au {rank} rang avec chacun de ces seuils"))
            ),
        )
        for name, row in ranked.loc[shown].iterrows()
    ]
    caption = ngettext(
        "Territoire dont l'étendue s'allonge le plus, sur {n}",
        "Territoires dont l'étendue s'allonge le plus, sur {n}",
        len(cells),
    ).format(n=fmt.number(len(ranked)))
    headings = (level_name(level), _("Rang avec les seuils choisis"), _("Rang selon les seuils"))
    return table(caption, headings, cells)


def rank_range(low: float, high: float, still: str) -> str:
    """Print a range of ranks; ``still`` says, of one that did not move, what it held against."""
    if int(low) == int(high):
        return still.format(rank=fmt.ordinal(int(low)))
    return _("entre le {low} et le {high} rang").format(
        low=fmt.ordinal(int(low)), high=fmt.ordinal(int(high))
    )
