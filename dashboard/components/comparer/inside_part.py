"""What lies behind a mean: the areas of each territory, weighed by their people."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import streamlit as st

from dashboard import format as fmt
from dashboard.charts.spread import Spread, spread_chart
from dashboard.charts.theme import themed, together
from dashboard.comparing.inside import Inside, insides, spread_indicators
from dashboard.comparing.inside_sheet import inside_sheet
from dashboard.comparing.words import named, names_of, one_after_the_other
from dashboard.components import html
from dashboard.components.comparer.link import Name, inside_asked
from dashboard.components.comparer.look import heading, pictures
from dashboard.components.comparer.maps import maps
from dashboard.components.downloads import downloads
from dashboard.components.html import line, show, words
from dashboard.components.notices import link_notices
from dashboard.components.picture import picture
from dashboard.exports.pictures import svg_of_chart
from dashboard.i18n import _, current_language, ngettext, text
from dashboard.links import write_list
from geodata.model import ErrorKind, Indicator
from geodata.package import Package

_KEPT: Final = 64
_MOST: Final = 6
_AT_FIRST: Final = (
    "cimd_situational_vulnerability",
    "cimd_economic_dependency",
    "cimd_residential_instability",
)
_KEY: Final = "compare_inside"


def inside_part(package: Package, territories: Sequence[str]) -> None:
    """Draw the part « À l'intérieur »."""
    heading(_("Ce que la moyenne cache"))
    if not spread_indicators(package):
        show(line(_("Ces données ne descendent pas jusqu'aux aires de diffusion.")))
        return
    chosen = _choose(package)
    show(line(_about()), line(_legend(), css="px-small"))
    found = {indicator.id: _insides(package, territories, indicator) for indicator in chosen}
    pictures((_picture(package, found[one.id], one), _caution(one)) for one in chosen)
    for indicator in chosen:
        show(_table(package, found[indicator.id], indicator))
    maps(package, territories, chosen, areas=True)
    downloads(
        partial(inside_sheet, package, tuple(territories), tuple(one.id for one in chosen)),
        _("à l'intérieur des territoires"),
        "inside",
        picture=partial(_one_picture, package, chosen, found),
    )


def _choose(package: Package) -> list[Indicator]:
    offered = [indicator.id for indicator in spread_indicators(package)]
    asked, notices = inside_asked(offered, package)
    link_notices(notices)
    chosen = asked[:_MOST] or [name for name in _AT_FIRST if name in offered] or offered[:1]
    st.session_state[_KEY] = chosen
    st.multiselect(
        _("Indicateurs connus par aire de diffusion"),
        offered,
        format_func={name: text(package.indicators[name].title) for name in offered}.__getitem__,
        key=_KEY,
        wrap=True,
        max_selections=_MOST,
        on_change=lambda: write_list(Name.INSIDE, list(st.session_state[_KEY])),
    )
    return [package.indicators[name] for name in chosen]


def _insides(package: Package, territories: Sequence[str], indicator: Indicator) -> list[Inside]:
    return insides(package, territories, indicator.id, indicator.periods[0])


def _about() -> str:
    return _(
        "Une moitié aisée et une moitié démunie donnent une moyenne ordinaire. Chaque rangée montre combien "
        "de gens vivent dans une aire de diffusion (400 à 700 personnes) à chaque valeur ; une aire partagée "
        "compte pour la part de ses gens qui est dans le territoire."
    )


def _legend() -> str:
    return _(
        "Barres : les gens selon la valeur de leur aire. Trait : du dixième le moins élevé au dixième le "
        "plus élevé (8 personnes sur 10). Cercle : la médiane des gens."
    )


def _caution(indicator: Indicator) -> str:
    if indicator.error_kind in {ErrorKind.ROUNDING, ErrorKind.SAMPLING}:
        return _("Une partie de l'étendue vient de l'erreur de chaque aire, où peu de gens sont comptés.")
    return ""


def _picture(package: Package, found: Sequence[Inside], indicator: Indicator) -> str:
    called = names_of(package, (one.territory for one in found))
    said = [named(called[one.territory], _in_words(one, indicator)) for one in found]
    alt = _("{title}, répartition des gens à l'intérieur de chaque territoire. {figures}").format(
        title=text(indicator.title), figures=one_after_the_other(said)
    )
    names = tuple(one.territory for one in found)
    return picture(_drawn(package.id, indicator.id, names, current_language(), package, list(found)), alt)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _drawn(
    package_id: str,
    indicator_id: str,
    territories: tuple[str, ...],
    language: str,
    _package: Package,
    _found: list[Inside],
) -> str:
    return svg_of_chart(themed(_chart(_package, _found, _package.indicators[indicator_id])))


def _chart(package: Package, found: Sequence[Inside], indicator: Indicator) -> Any:
    names = names_of(package, (one.territory for one in found))
    rows = [
        Spread(
            names[one.territory],
            one.areas["value"].tolist(),
            one.areas["people"].tolist(),
            one.tenths,
            _("Non montré") if one.hidden else _areas(len(one.areas)),
        )
        for one in found
    ]
    return spread_chart(rows, title=f"{text(indicator.title)}, {indicator.periods[0]}")


def _one_picture(package: Package, chosen: Sequence[Indicator], found: dict[str, list[Inside]]) -> str:
    return svg_of_chart(themed(together([_chart(package, found[one.id], one) for one in chosen])))


def _areas(count: int) -> str:
    return ngettext("{n} aire", "{n} aires", count).format(n=fmt.number(count))


def _in_words(one: Inside, indicator: Indicator) -> str:
    if one.hidden:
        return _("Non montré")
    if one.tenths is None:
        return _("trop peu d'aires avec un chiffre")
    low, middle, high = (fmt.with_unit(value, indicator.unit) for value in one.tenths)
    return _("médiane {middle}, de {low} à {high} pour 8 personnes sur 10").format(
        middle=middle, low=low, high=high
    )


def _table(package: Package, found: Sequence[Inside], indicator: Indicator) -> str:
    headings = [
        _("Territoire"),
        _("Aires avec un chiffre"),
        _("Couverture"),
        _("10 % des gens sous"),
        _("Médiane des gens"),
        _("90 % des gens sous"),
        _("Chiffre du territoire"),
    ]
    names = names_of(package, (one.territory for one in found))
    rows = [
        [
            words(names[one.territory]),
            words(_("{n} sur {all}").format(n=fmt.number(len(one.areas)), all=fmt.number(one.count))),
            words(fmt.share(one.coverage)),
            *(words(_tenth(one, at, indicator)) for at in range(3)),
            words(_("Non montré") if one.hidden else fmt.with_unit(one.whole, indicator.unit)),
        ]
        for one in found
    ]
    return html.table(f"{text(indicator.title)}, {indicator.periods[0]}", headings, rows)


def _tenth(one: Inside, at: int, indicator: Indicator) -> str:
    if one.hidden:
        return _("Non montré")
    return _("trop peu d'aires") if one.tenths is None else fmt.with_unit(one.tenths[at], indicator.unit)
