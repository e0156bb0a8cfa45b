"""A small map a territory, all in the same classes where their level is the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from dashboard import data
from dashboard.comparing.words import names_of
from dashboard.components.comparer.link import Name, map_notices
from dashboard.components.comparer.look import heading, pictures
from dashboard.components.html import line, show
from dashboard.components.notices import link_notices
from dashboard.components.picture import picture
from dashboard.i18n import _, current_language, text
from dashboard.links import asked, write_chosen
from dashboard.maps.still import still_map
from geodata.errors import SelectionError
from geodata.model import Indicator, Level
from geodata.package import Package

_WIDTH: Final = 340
_HEIGHT: Final = 430
_CLOSE: Final = 0.04
_AROUND: Final = 0.25
"""Room for the neighbours around a territory, as a share of its size."""

_KEY: Final = "compare_map"
_KEPT: Final = 64


def maps(
    package: Package, territories: Sequence[str], indicators: Sequence[Indicator], *, areas: bool = False
) -> None:
    """Draw each territory among its neighbours, or its areas, for one of the indicators."""
    heading(_("Les cartes"))
    link_notices(map_notices(package))
    ids = [indicator.id for indicator in indicators]
    chosen = asked(Name.MAP) if asked(Name.MAP) in ids else ids[0]
    st.session_state[_KEY] = chosen
    st.selectbox(
        _("Indicateur des cartes"),
        ids,
        format_func={one.id: text(one.title) for one in indicators}.__getitem__,
        key=_KEY,
        on_change=write_chosen,
        args=(Name.MAP, _KEY),
    )
    show(line(_about(package, territories, areas=areas), css="px-small"))
    shown = package.indicators[chosen]
    names = names_of(package, territories)
    pictures(_map_and_words(package, one, name, shown, areas=areas) for one, name in names.items())


def _about(package: Package, territories: Sequence[str], *, areas: bool) -> str:
    if areas:
        return _("Les mêmes classes pour toutes les cartes, celles des aires de diffusion de tout le Québec.")
    if len({package.territories.at[one, "level"] for one in territories}) > 1:
        return _(
            "Chaque carte a les classes de son niveau : les mêmes couleurs ne disent les mêmes valeurs "
            "qu'entre territoires de même niveau."
        )
    return _("Les mêmes classes pour toutes les cartes, celles de tout le Québec à ce niveau.")


def _map_and_words(
    package: Package, territory: str, name: str, indicator: Indicator, *, areas: bool
) -> tuple[str, str]:
    level = Level.DA if areas else Level(package.territories.at[territory, "level"])
    if level not in indicator.levels:
        return "", _("{name} : cet indicateur n'existe pas à ce niveau.").format(name=name)
    drawn = _drawn(package.id, territory, name, level.value, indicator.id, current_language(), package)
    if drawn is None:
        return "", _("{name} : aucune forme n'est publiée pour ce territoire.").format(name=name)
    alt = (
        _("Carte : {title}, aires de diffusion de {name}. Leur répartition est dans le tableau.")
        if areas
        else _("Carte : {title}, {name} et ses voisins. Les chiffres sont dans le tableau.")
    )
    return picture(drawn, alt.format(title=text(indicator.title), name=name)), ""


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _drawn(
    package_id: str,
    territory: str,
    name: str,
    level: str,
    indicator_id: str,
    language: str,
    _package: Package,
) -> str | None:
    indicator, layer = _package.indicators[indicator_id], Level(level)
    shown = data.figures_of(_package, layer, indicator_id, indicator.periods[0])
    try:
        return still_map(
            _package,
            layer,
            shown.values,
            indicator=indicator,
            title=name,
            focus=(territory,),
            extent=(territory,),
            width_px=_WIDTH,
            height_px=_HEIGHT,
            hidden=shown.frame["hidden"],
            notes=False,
            pad=_CLOSE if layer is Level.DA else _AROUND,
            legend_under=True,
        )
    except SelectionError:
        return None
