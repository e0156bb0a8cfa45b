"""The catalogue of indicators: search, theme, and everything that is known of each."""

from __future__ import annotations

import streamlit as st

from dashboard import catalogue as words_of
from dashboard import format as fmt
from dashboard.components.downloads import downloads
from dashboard.components.html import line, show, tag, words
from dashboard.components.provenance import source_line
from dashboard.i18n import _, ngettext, text
from dashboard.navigation import Place, address_of
from dashboard.state import Key
from geodata.model import THEME_NAMES, Indicator, Theme
from geodata.package import Package

_THEME = "theme"
_EVERY = ""
_SEARCH = "catalogue_search"
_CHOSEN_THEME = "catalogue_theme"


def catalogue(package: Package) -> None:
    """Draw the catalogue."""
    show(tag("h2", words(_("Les indicateurs")), css="px-section", id="indicateurs"))
    asked, theme = _filters(package)
    found = words_of.found(package, asked, theme)
    count = ngettext("{n} indicateur", "{n} indicateurs", len(found)).format(n=fmt.number(len(found)))
    show(tag("p", words(count), css="px-sub", role="status"))
    downloads(
        lambda: words_of.catalogue_sheet(package),
        "proximite catalogue",
        "catalogue",
        label=_("Télécharger le catalogue"),
    )
    if not found:
        show(line(_("Aucun indicateur trouvé. Essayez un autre mot, ou tous les thèmes.")))
    for indicator in found:
        _one(package, indicator)


def _filters(package: Package) -> tuple[str, Theme | None]:
    known = words_of.themes(package)
    in_link = next((t for t in known if t.value == st.query_params.get(_THEME)), None)
    with st.container(horizontal=True, vertical_alignment="bottom", key="catalogue_filters"):
        asked = st.text_input(
            _("Chercher un indicateur"), key=_SEARCH, placeholder=_("logement, aînés, faible revenu…")
        )
        st.session_state[_CHOSEN_THEME] = in_link or _EVERY
        st.selectbox(
            _("Thème"),
            [_EVERY, *known],
            format_func=lambda theme: text(THEME_NAMES[theme]) if theme else _("Tous les thèmes"),
            key=_CHOSEN_THEME,
            on_change=_choose_theme,
        )
    return asked, in_link


def _choose_theme() -> None:
    chosen = st.session_state[_CHOSEN_THEME]
    if chosen == _EVERY:
        st.query_params.pop(_THEME, None)
    else:
        st.query_params[_THEME] = chosen.value


def _one(package: Package, indicator: Indicator) -> None:
    title = f"{text(THEME_NAMES[indicator.theme])} · {text(indicator.title)}"
    with st.expander(title, key=f"indicator_{indicator.id}", on_change="rerun") as opened:
        if not opened.open:
            return
        withdrawn = package.recall_of(indicator.id)
        facts = [
            (_("Définition"), text(indicator.definition)),
            (_("Calcul"), words_of.computation(indicator)),
            (_("Niveaux"), words_of.levels_words(indicator)),
            (_("Périodes"), ", ".join(indicator.periods)),
            (_("Lecture"), words_of.direction_words(indicator)),
            (_("Erreur"), words_of.error_words(indicator)),
            (_("Mise en garde"), text(indicator.caveat)),
            (_("Source"), source_line(package.sources[indicator.source_id], indicator)),
        ]
        if withdrawn is not None:
            facts.insert(0, (_("Retiré"), text(withdrawn)))
        rows = "".join(tag("div", tag("dt", words(name)), tag("dd", words(said))) for name, said in facts)
        on_map = address_of(
            Place.MAP, **{Key.LEVEL.value: indicator.levels[0].value, Key.INDICATOR.value: indicator.id}
        )
        link = tag("p", tag("a", words(_("Voir sur la carte")), href=on_map, target="_self"))
        show(tag("dl", rows, css="px-facts"), link)
        downloads(
            lambda: words_of.values_sheet(package, indicator),
            f"proximite {indicator.id}",
            f"values-{indicator.id}",
            label=_("Télécharger les valeurs"),
        )
