"""Need and access: the nine classes, who lives in each, the widest gaps and why."""

from __future__ import annotations

from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard import reach, upkeep
from dashboard.access import gap_rows, needs
from dashboard.access.gap_rows import Crossed
from dashboard.access.link import GRID, Asked, Name, of_question
from dashboard.access.needs import Chosen
from dashboard.access.reason_words import in_words
from dashboard.access.sentences import about
from dashboard.certainty import grade_badge
from dashboard.components.acces.look import heading
from dashboard.components.acces.maps import class_map
from dashboard.components.acces.reach_part import how
from dashboard.components.acces.sheets import sheet_on_demand
from dashboard.components.acces.territory import choose_territory, take
from dashboard.components.downloads import downloads
from dashboard.components.html import line, show, tag, words
from dashboard.components.labels import indicator_option, territory_name
from dashboard.components.notices import link_notices
from dashboard.i18n import _, ngettext
from dashboard.links import asked as in_address
from dashboard.links import write
from dashboard.maps import bivariate
from dashboard.navigation import Place, address_of
from dashboard.priorities import shelf
from geodata.access.reasons import ReasonKind
from geodata.package import Package

MOST_SHOWN: Final = 5
_KEY: Final = "access_need"
_IN_HAND: Final = "grille-en-main"
_KEPT: Final = "gardee:"


def gap_part(package: Package, asked: Asked) -> None:
    """Draw the part of the page."""
    chosen = needs.chosen(package, asked, dict(st.query_params.items()))
    link_notices(chosen.notices)
    _choose_need(package, asked, chosen)
    if not chosen.is_possible:
        show(line(_("Aucun besoin n'est connu à ce niveau ; choisissez-en un autre."), css="px-lead"))
        return
    with st.spinner(_("Calcul des temps de déplacement…"), show_time=True):
        gap = needs.gap(package, asked, chosen)
        measured = reach.measured(package, asked.question)
    found = gap_rows.crossed(package, gap, measured, asked.level, needs.title_of(package, chosen))
    _lead(found)
    show(tag("h2", words(found.title), css="px-section"))
    _map(package, asked, found)
    notes = (_how_classed(), *how(measured))
    make = partial(gap_rows.sheet, package, found, notes, _indicators(chosen))
    picture = partial(gap_rows.picture, package, found) if package.geometry_file(asked.level) else None
    downloads(make, found.title, "access-gap", picture, shapes=True)
    sheet_on_demand(make, "access-gap-table")
    _widest(package, asked, chosen, found)
    show(tag("ul", *(tag("li", words(said)) for said in notes), css="px-examples px-how"))


def _lead(found: Crossed) -> None:
    """Say first, in big type, how many people live where need is high and access low."""
    cell = found.cells[bivariate.PRIORITY]
    whole = sum(one.people for one in found.cells.values())
    if not whole:
        show(
            line(
                _("Pas de données : aucun territoire n'a à la fois un besoin et un accès connus."),
                css="px-answer",
            )
        )
        return
    said = ngettext(
        "Environ {people} personnes vivent dans {n} territoire où le besoin est élevé et l'accès plus "
        "faible (classe A1).",
        "Environ {people} personnes vivent dans {n} territoires où le besoin est élevé et l'accès plus "
        "faible (classe A1).",
        cell.territories,
    )
    if not cell.territories:
        said = _("Aucun territoire n'a à la fois un besoin élevé et un accès plus faible (classe A1).")
    show(
        line(said.format(people=about(cell.people), n=fmt.number(cell.territories)), css="px-answer"),
        line(
            _(
                "Sur environ {people} personnes dont le besoin et l'accès sont connus. Besoin : {need}."
            ).format(people=about(whole), need=found.need_title),
            css="px-lead",
        ),
    )


def _choose_need(package: Package, asked: Asked, chosen: Chosen) -> None:
    options = {
        name: indicator_option(package.indicators[name]) for name in needs.offered(package, asked.level)
    }
    kept = {
        f"{_KEPT}{one.path.stem}": one for one in shelf.GRIDS.kept(upkeep.home()) if one.content is not None
    }
    options |= {name: _("Grille gardée : {name}").format(name=one.name) for name, one in kept.items()}
    if chosen.grid is not None:
        options = {_IN_HAND: needs.title_of(package, chosen), **options}
    if not options:
        return
    now = _IN_HAND if chosen.grid is not None else chosen.indicator
    st.session_state[_KEY] = now if now in options else next(iter(options))

    def take() -> None:
        picked = str(st.session_state[_KEY])
        if picked == _IN_HAND:
            return
        query = needs.query_of(kept[picked], package) if picked in kept else needs.without_grid()
        for name, value in query.items():
            _set(name, value)
        write(Name.NEED, GRID if picked in kept else picked)

    st.selectbox(
        _("Besoin : un indicateur, ou une grille de la table"),
        list(options),
        format_func=lambda name: options.get(name, name),
        key=_KEY,
        on_change=take,
    )
    if not in_address(Name.NEED):
        show(
            line(
                _(
                    "La page propose ce premier indicateur ; c'est à la table de dire ce qui est un besoin. "
                    "Une grille se prépare sur la page Priorités."
                ),
                css="px-small",
            )
        )


def _set(name: str, value: str) -> None:
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def _map(package: Package, asked: Asked, found: Crossed) -> None:
    left, right = st.columns([2, 1], gap="medium")
    with left:
        class_map(
            package,
            asked.level,
            found.painted,
            bivariate.classes_in_words(),
            bivariate.COLOURS,
            found.title,
            "access-gap-map",
            asked.territory,
            take,
            (bivariate.PRIORITY,),
            reach.bounds(asked.question),
        )
    with right:
        choose_territory(package, asked.level, found.gap.frame.index, asked.territory)
        painted = found.painted
        show(
            bivariate.legend(found.cells, painted.no_data, painted.hidden, gap_rows.hidden_note()),
            line(_("Ces chiffres décrivent des conditions de vie, pas des personnes."), css="px-small"),
        )


def _widest(package: Package, asked: Asked, chosen: Chosen, found: Crossed) -> None:
    frame = found.gap.widest(MOST_SHOWN)
    heading(_("Où le besoin dépasse l'accès, et pourquoi"))
    own = asked.territory if asked.territory in found.gap.frame.index else None
    names = [*([own] if own else []), *(str(name) for name in frame.index if name != own)]
    if not names:
        show(line(_("Aucun territoire ne s'y prête avec assez de certitude.")))
        return
    with st.spinner(_("Recherche des raisons…")):
        items = [_item(package, asked, chosen, found, name) for name in names]
    show(
        line(
            _(
                "Par classe, puis par nombre de personnes : ce n'est pas un classement. Le territoire choisi "
                "vient en premier."
            ),
            css="px-small",
        ),
        tag("ul", *items, css="px-gaps"),
    )


def _item(package: Package, asked: Asked, chosen: Chosen, found: Crossed, territory: str) -> str:
    row = found.gap.frame.loc[[territory]].iloc[0]
    said = needs.reasons_of(package, asked, chosen, territory)
    listed = tag("ul", *(tag("li", words(in_words(reason))) for reason in said))
    head = [tag("strong", words(territory_name(package, territory))), words(_class_words(row))]
    if fmt.is_missing(row["need_class"]) or any(r.kind is ReasonKind.LEFT_OUT for r in said):
        return tag("li", *head, listed)
    link = address_of(Place.SCENARIOS, **{**of_question(asked.question), Name.TERRITORY.value: territory})
    try_it = tag("a", words(_("Essayer un point de service de plus")), href=link, target="_self")
    return tag("li", *head, " ", grade_badge(row["grade"]), listed, tag("p", try_it))


def _class_words(row: pd.Series) -> str:
    if fmt.is_missing(row["need_class"]) or fmt.is_missing(row["access_class"]):
        return ""
    need, access = int(row["need_class"]), int(row["access_class"])
    said = _(" : classe {letter}, {people} personnes").format(
        letter=bivariate.letter(need, access), people=fmt.number(row["people"])
    )
    if fmt.is_missing(row["rank_low"]):
        return said
    return said + _(", écart entre le {low} et le {high} rang").format(
        low=fmt.ordinal(int(row["rank_low"])), high=fmt.ordinal(int(row["rank_high"]))
    )


def _how_classed() -> str:
    return _(
        "Classes : les territoires sont rangés par besoin, puis par accès, et coupés en trois parts d'autant "
        "de personnes. Une classe est relative aux autres territoires du même niveau ; « incertaine » : elle "
        "changerait dans la marge d'erreur."
    )


def _indicators(chosen: Chosen) -> tuple[str, ...]:
    if chosen.grid is not None:
        return tuple(part.indicator_id for part in chosen.grid.parts)
    return (chosen.indicator,)
