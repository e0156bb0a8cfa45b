"""What makes the score: each indicator's part, for the territory looked at and for the first ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.charts.contributions import Spec, stacked_bars, territory_bars
from dashboard.components.find_territory import find_territory
from dashboard.components.html import line, show, table, tag
from dashboard.components.html import words as plain
from dashboard.components.labels import territory_name
from dashboard.components.priorites import place
from dashboard.i18n import _, text
from dashboard.narration.grammar import capital
from dashboard.priorities import rows, words
from dashboard.priorities.draft import shares
from dashboard.priorities.reading import Reading
from geodata.grids import Grid, Outcome
from geodata.package import Package

MOST_DRAWN: Final = 15
MOST_LISTED: Final = 200
_CHOSEN: Final = "priorities_territory"


def bars(package: Package, reading: Reading, grid: Grid, found: Outcome) -> None:
    """Draw both charts, each beside its table."""
    show(tag("h2", plain(_("Ce qui fait le score")), css="px-section"))
    left, right = st.columns(2, gap="medium")
    with left:
        _closely(package, reading, grid, found)
    with right:
        _first_ones(package, grid, found)


def _closely(package: Package, reading: Reading, grid: Grid, found: Outcome) -> None:
    _pick(package, reading, found)
    territory = reading.territory
    if territory is None:
        show(line(_("Touchez la carte ou choisissez un territoire pour voir ce qui fait son score.")))
        return
    name = territory_name(package, territory)
    show(tag("h3", plain(name)))
    if territory not in found.composite.score.index or pd.isna(found.composite.score[territory]):
        reasons = {str(t): text(reason) for t, reason in found.inputs.excluded["reason"].items()}
        show(line(_("Pas de score : {reason}.").format(reason=reasons.get(territory, fmt.no_data()))))
        return
    ordered = rows.ranked(found)
    row, parts = ordered.loc[[territory]].iloc[0], found.composite.contributions.loc[[territory]].iloc[0]
    show(
        line(capital(words.rank_range(row, len(ordered))) + "."),
        line(words.steadiness(name, row, found.stability)),
        line(words.pulls(package, parts, grid.scale)),
    )
    drawn = _own_parts(package, grid, parts)
    _chart(territory_bars(drawn, _axis(), _own_words(name, row, grid), "container"))
    show(_own_table(package, grid, found, territory))


def _pick(package: Package, reading: Reading, found: Outcome) -> None:
    """Draw the list of territories; a long one gives way to a search."""
    ordered = rows.ranked(found).index
    level = package.level(reading.usable.level).index

    def look(territory: str) -> None:
        if territory in level:
            place.change(package, lambda draft: replace(draft, territory=territory))

    if len(level) > MOST_LISTED:
        find_territory(package, _("Regarder un territoire"), _CHOSEN, look, reading.usable.level)
        return
    names = rows.names_of(package, level)
    options = [*ordered, *level.difference(ordered)]
    place.hold(_CHOSEN, reading.territory)
    st.selectbox(
        _("Regarder un territoire"),
        options,
        format_func=names.to_dict().__getitem__,
        key=_CHOSEN,
        placeholder=_("aucun"),
        on_change=lambda: look(str(st.session_state[_CHOSEN])),
    )


def _own_parts(package: Package, grid: Grid, parts: pd.Series) -> pd.DataFrame:
    decimals = words.decimals_of(grid.scale)
    return pd.DataFrame(
        [
            {
                "name": f"{words.letter(n)} · {words.title_of(package, str(name))}",
                "contribution": float(value),
                "printed": words.signed(float(value), decimals),
            }
            for n, (name, value) in enumerate(parts.items())
        ]
    )


def _own_words(name: str, row: pd.Series, grid: Grid) -> str:
    score = words.score(row["score"], grid.scale)
    return _("Parts du score de {name}, une barre par indicateur. Score : {score}.").format(
        name=name, score=score
    )


def _own_table(package: Package, grid: Grid, found: Outcome, territory: str) -> str:
    headings = (_("Indicateur"), _("Chiffre"), _("Poids"), _("Part du score"))
    decimals, weights = words.decimals_of(grid.scale), shares(grid)
    cells = []
    value_of, moe_of, adds = (
        frame.loc[[territory]].iloc[0]
        for frame in (found.inputs.values, found.inputs.moe_95, found.composite.contributions)
    )
    for n, part in enumerate(grid.parts):
        indicator = package.indicators[part.indicator_id]
        value, moe = float(value_of[indicator.id]), float(moe_of[indicator.id])
        margin = (
            _("incertitude non publiée") if pd.isna(moe) else fmt.margin(moe, indicator.unit) if moe else ""
        )
        cells.append(
            (
                plain(f"{words.letter(n)} · {text(indicator.title)}"),
                plain(fmt.with_unit(value, indicator.unit)) + line(margin, css="px-small"),
                plain(words.weight(weights[indicator.id])),
                plain(words.signed(float(adds[indicator.id]), decimals)),
            )
        )
    return table(_("Ce que chaque indicateur ajoute ou retire"), headings, cells)


def _first_ones(package: Package, grid: Grid, found: Outcome) -> None:
    first = rows.ranked(found).head(min(found.stability.top, MOST_DRAWN)).index
    if not len(first):
        return
    show(tag("h3", plain(_("Les premiers territoires"))))
    names = rows.names_of(package, first)
    parts = found.composite.contributions.loc[first]
    letters = {name: words.letter(n) for n, name in enumerate(parts.columns)}
    said = _("Parts du score des {n} premiers territoires, bout à bout.").format(n=fmt.number(len(first)))
    decimals = words.decimals_of(grid.scale)
    _chart(stacked_bars(parts.rename(columns=letters), names, _axis(), said, decimals, "container"))
    key = [
        tag("li", tag("strong", plain(letter)), plain(f" {words.title_of(package, str(name))}"))
        for name, letter in letters.items()
    ]
    show(tag("ul", *key, css="px-small px-key"))
    with st.expander(_("Les mêmes parts, en tableau")):
        cells = [
            [plain(name), *(plain(words.signed(float(v), decimals)) for v in row)]
            for name, row in zip(names, parts.to_numpy(), strict=True)
        ]
        show(table(said, [_("Territoire"), *letters.values()], cells))


def _axis() -> str:
    return _("Part du score : à droite, vers plus de besoins selon vos choix")


def _chart(chart: Spec) -> None:
    st.vega_lite_chart(chart, width="stretch", theme=None)
