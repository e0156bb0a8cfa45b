"""Draw where figures stand together: the choice, the sentence, the map, the table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard import clustering, data
from dashboard.clustering import COLOURS, IN_ORDER, Answer, Question
from dashboard.components.downloads import downloads
from dashboard.components.html import line, show, tag, words
from dashboard.components.labels import indicator_option, level_name, territory_name
from dashboard.components.map_panel import HEIGHT
from dashboard.components.notices import link_notices
from dashboard.components.regroupements.asked import ON, Name, levels, question
from dashboard.i18n import _, current_language, text
from dashboard.links import write, write_chosen
from dashboard.maps import MapView, draw, drawing_order, legend_html
from dashboard.maps.outlines import OUTLINES
from dashboard.settings import settings
from dashboard.state import Offer
from geodata.clusters import Quadrant
from geodata.errors import SelectionError
from geodata.model import Theme
from geodata.package import Package

_SWITCHES = {
    Name.SMOOTHED: "clusters_smoothed",
    Name.BEFORE: "clusters_before",
    Name.FINELY: "clusters_finely",
}


def clusters_part(package: Package, territories: Sequence[str]) -> None:
    """Draw the part of the page.

    Parameters
    ----------
    package
        The figures.
    territories
        Those being compared; what became of the ones of the level is said.
    """
    offer = data.offer(package)
    asked, notices = question(package, offer)
    link_notices(notices)
    show(line(_("Où les valeurs élevées, ou les valeurs basses, se touchent-elles plus que par hasard ?")))
    _choices(package, asked, offer)
    try:
        found = clustering.answer(package, asked)
    except SelectionError as problem:
        show(tag("div", line(problem.sentence(current_language())), css="px-notice", role="status"))
        return
    show(line(clustering.moran_words(found.found.moran), css="px-lead"))
    show(line(_said(found)))
    _own(package, found, territories)
    _map(package, found)
    show(line(clustering.left_out_words(found), css="px-small"))
    show(line(clustering.method_words(package, found), css="px-small"))
    show(line(_reading(), css="px-small"))
    _table(package, found)


def _choices(package: Package, asked: Question, offer: Offer) -> None:
    with st.container(key="clusters-choices", horizontal=True, vertical_alignment="bottom", gap="small"):
        _list(_("Niveau"), Name.LEVEL, [level.value for level in levels(offer)], asked.level.value,
              {level.value: level_name(level) for level in levels(offer)})  # fmt: skip
        order = list(Theme)
        names = sorted(
            offer.indicators_at(asked.level), key=lambda name: order.index(package.indicators[name].theme)
        )
        _list(_("Indicateur"), Name.INDICATOR, names, asked.indicator,
              {name: indicator_option(package.indicators[name]) for name in names})  # fmt: skip
        periods = list(package.indicators[asked.indicator].periods)
        if len(periods) > 1:
            _list(_("Période"), Name.PERIOD, periods, asked.period, {period: period for period in periods})
    with st.container(key="clusters-switches", horizontal=True, gap="medium"):
        indicator = package.indicators[asked.indicator]
        if clustering.can_be_smoothed(package, asked.level, indicator, asked.period):
            _switch(_("Lisser les petits nombres"), Name.SMOOTHED, asked.smoothed)
        if clustering.can_be_finer(package, asked.level):
            _switch(_("Dix fois plus de tirages"), Name.FINELY, asked.finely)
        _switch(_("Montrer aussi les indices faibles"), Name.BEFORE, not asked.corrected)


def _list(label: str, name: Name, options: list[str], chosen: str, said: dict[str, str]) -> None:
    key = f"clusters_{name.value}"
    st.session_state[key] = chosen
    st.selectbox(
        label, options, format_func=said.__getitem__, key=key, on_change=write_chosen, args=(name, key)
    )


def _switch(label: str, name: Name, on: bool) -> None:
    key = _SWITCHES[name]
    st.session_state[key] = on
    st.toggle(label, key=key, on_change=_write_switch, args=(name, key))


def _write_switch(name: Name, key: str) -> None:
    write(name, ON if st.session_state[key] else "")


def _said(found: Answer) -> str:
    counts = found.quadrants.value_counts()
    firm = int(counts.drop(Quadrant.NOT_SIGNIFICANT.value, errors="ignore").sum())
    if not firm:
        return _nothing_found(found.question)
    return _("{high} territoires élevés parmi des élevés, {low} bas parmi des bas, {odd} à part.").format(
        high=int(counts.get(Quadrant.HIGH_HIGH.value, 0)),
        low=int(counts.get(Quadrant.LOW_LOW.value, 0)),
        odd=firm - int(counts.get(Quadrant.HIGH_HIGH.value, 0)) - int(counts.get(Quadrant.LOW_LOW.value, 0)),
    )


def _own(package: Package, found: Answer, territories: Sequence[str]) -> None:
    """Say what became of each territory being compared."""
    own = [name for name in territories if name in found.quadrants.index]
    items = [
        tag(
            "li",
            tag("strong", words(territory_name(package, name))),
            words(_fate(found, name)),
        )
        for name in own
    ]
    if items:
        show(tag("ul", *items, css="px-examples"))


def _fate(found: Answer, territory: str) -> str:
    quadrant = found.quadrants.loc[territory]
    if quadrant in {kind.value for kind in Quadrant}:
        fate = clustering.quadrant_words(Quadrant(str(quadrant)))
    else:
        fate = clustering.left_out_word(clustering.LeftOut(str(found.left_out.loc[territory])))
    return _(" : {fate}").format(fate=fate)


def _nothing_found(asked: Question) -> str:
    said = _("Aucun territoire ne se distingue du hasard, une fois les fausses découvertes contenues.")
    if asked.finely or not asked.corrected:
        return said
    more = _("Avec 999 tirages, p ne descend pas sous 0,002 : dix fois plus de tirages verraient plus fin.")
    return f"{said} {more}"


def _map(package: Package, found: Answer) -> None:
    asked = found.question
    painted = clustering.painted(found)
    labels = tuple(clustering.quadrant_words(kind) for kind in IN_ORDER)
    path = package.geometry_file(asked.level)
    title = clustering.title(package, asked)
    show(tag("h2", words(title), css="px-section"))
    if path is None:
        show(line(_("Ce niveau n'a pas de carte dans ces données ; voyez le tableau.")))
    else:
        coarser = OUTLINES.get(asked.level)
        outline = package.geometry_file(coarser) if coarser else None
        draw(
            MapView(
                level=asked.level,
                title=title,
                geometry_name=path.name,
                outline_name=outline.name if outline else None,
                classes=painted.in_order(drawing_order(path)),
                palette=COLOURS,
                labels=labels,
                language=current_language(),
                height=HEIGHT,
                key="clusters-map",
                basemap_url=settings().basemap_url,
                basemap_attribution=settings().basemap_attribution,
            )
        )
    show(legend_html(painted, labels, COLOURS, hidden_note=_("Hors de l'analyse")))


def _reading() -> str:
    return _(
        "Un regroupement dit où des valeurs semblables se touchent ; il ne dit ni pourquoi, ni ce que les "
        "gens y vivent. Non significatif ne veut pas dire sans besoin."
    )


def _table(package: Package, found: Answer) -> None:
    sheet = clustering.sheet(package, found)
    with st.expander(_("Voir le tableau")):
        columns = sheet.columns[1:]
        shown = sheet.frame[[column.key for column in columns]]
        st.dataframe(
            shown.rename(columns={column.key: column.title for column in columns}),
            hide_index=True,
            placeholder=_("pas de données"),
            alt=sheet.title,
        )
    picture = (
        partial(clustering.drawn, package, found) if package.geometry_file(found.question.level) else None
    )
    downloads(partial(clustering.sheet, package, found), sheet.title, "clusters", picture, shapes=True)
    source = package.sources[package.indicators[found.question.indicator].source_id]
    show(line(text(source.attribution), css="px-small"))
