"""The table's own priorities beside an official index: how far they agree, who moves and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.components.html import line, show, table, tag
from dashboard.components.html import words as plain
from dashboard.components.labels import level_name
from dashboard.components.priorites import place
from dashboard.components.priorites.result_map import (
    SMALL,
    draw_values,
    no_rank,
    score_unit,
    title_of,
)
from dashboard.components.provenance import source_line
from dashboard.figures import fifth_in_words, fifth_of
from dashboard.i18n import _, text
from dashboard.priorities import choices, rows, words
from dashboard.priorities.draft import chosen
from dashboard.priorities.reading import Reading
from geodata.agreement import Agreement, agreement
from geodata.grids import Grid, Outcome
from geodata.model import Direction, Indicator
from geodata.package import Package

MOST_MOVERS: Final = 5
_OFFICIAL: Final = "priorities_official"


def official(package: Package, reading: Reading, grid: Grid, found: Outcome) -> None:
    """Draw the choice of an official index and, where one is chosen, the comparison."""
    offered = {i.id: i for i in choices.official(package, grid.level)}
    if not offered:
        return
    show(tag("h2", plain(_("À côté de la vue officielle")), css="px-section"))
    asked = reading.draft.official
    place.hold(_OFFICIAL, asked if asked in offered else None)
    st.selectbox(
        _("Comparer avec un indice publié"),
        list(offered),
        format_func={name: text(each.title) for name, each in offered.items()}.__getitem__,
        key=_OFFICIAL,
        placeholder=_("aucun"),
        on_change=_choose,
        args=(package,),
    )
    if asked in offered:
        _compare(package, grid, found, offered[asked])
    elif asked:
        said = _("L'indice du lien n'existe pas à ce niveau : choisissez-en un autre.")
        show(tag("div", line(said), css="px-notice", role="status"))


def _compare(package: Package, grid: Grid, found: Outcome, indicator: Indicator) -> None:
    figures = data.figures_of(package, grid.level, indicator.id, indicator.periods[0])
    sign = -1.0 if indicator.direction is Direction.LOWER_IS_NEED else 1.0
    compared = agreement(
        found.composite.score, sign * figures.placed, found.composite.contributions, found.stability.frame
    )
    show(line(words.agreement_words(compared, indicator), css="px-lead"))
    if indicator.id in chosen(grid):
        show(line(_("Cet indice est aussi dans votre grille : une partie de l'accord vient de là.")))
    left, right = st.columns(2, gap="medium")
    with left:
        show(tag("h3", plain(title_of(grid))))
        score = found.composite.score.reindex(figures.values.index)
        aside = pd.Series(score.index.isin(rows.communities(found)), index=score.index)
        draw_values(
            package,
            grid,
            score,
            score_unit(grid),
            title_of(grid),
            "priorities-own",
            SMALL,
            hidden=aside,
            hidden_note=no_rank(),
        )
    with right:
        title = f"{text(indicator.title)}, {indicator.periods[0]}"
        show(tag("h3", plain(title)))
        hidden = figures.frame["hidden"]
        draw_values(
            package, grid, figures.values, indicator.unit, title, "priorities-official", SMALL, hidden=hidden
        )
    _movers(package, grid, found, indicator, figures.placed, compared)
    source = package.sources.get(indicator.source_id)
    if source is not None:
        show(line(source_line(source, indicator), css="px-small"))


def _movers(
    package: Package,
    grid: Grid,
    found: Outcome,
    indicator: Indicator,
    published: pd.Series,
    compared: Agreement,
) -> None:
    """Draw who stands elsewhere in the table's order, beyond what its weights leave open."""
    beyond = compared.movers[compared.movers["beyond_range"].fillna(False).astype(bool)]
    if beyond.empty:
        show(line(_("Personne ne change de place au-delà de ce que vos poids laissent ouvert.")))
        return
    up, down = (beyond[beyond["change"] > 0], beyond[beyond["change"] < 0])
    ranges = rows.ranked(found)
    names = rows.names_of(package, beyond.index)
    cells = [
        (
            plain(names[str(territory)]),
            plain(way),
            plain(words.rank_range(ranges.loc[[str(territory)]].iloc[0], len(ranges))),
            plain(_published(published, str(territory), indicator)),
            plain(words.title_of(package, row["because"]) if isinstance(row["because"], str) else ""),
        )
        for way, moved in (
            (_("▲ plus de besoins que l'indice"), up),
            (_("▼ moins de besoins que l'indice"), down),
        )
        for territory, row in moved.head(MOST_MOVERS).iterrows()
    ]
    caption = _("Qui change le plus, et pourquoi ({n} territoires changent au-delà de leur étendue)").format(
        n=fmt.number(len(beyond))
    )
    headings = (
        level_name(grid.level),
        _("Votre grille dit"),
        _("Rang dans votre grille"),
        _("Dans l'indice publié"),
        _("Surtout à cause de"),
    )
    show(table(caption, headings, cells))


def _published(published: pd.Series, territory: str, indicator: Indicator) -> str:
    value = fmt.with_unit(published[territory], indicator.unit)
    fifth = fifth_of(published, territory)
    return value if fifth is None else f"{value}, {fifth_in_words(fifth)}"


def _choose(package: Package) -> None:
    asked = st.session_state[_OFFICIAL]
    place.change(package, lambda draft: replace(draft, official=asked))
