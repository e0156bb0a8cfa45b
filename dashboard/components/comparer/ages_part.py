"""Age pyramids, today's and the one projected for 2041."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

import streamlit as st

from dashboard import format as fmt
from dashboard.charts.pyramid import group_words, pyramid
from dashboard.charts.theme import themed, together
from dashboard.comparing.ages import LATER, NOW, Ages, ages_of, health_place
from dashboard.comparing.ages_sheet import AGES_SOURCE, ages_sheet
from dashboard.comparing.words import names_of
from dashboard.components import html
from dashboard.components.comparer.look import heading, pictures
from dashboard.components.downloads import downloads
from dashboard.components.html import line, show, words
from dashboard.components.labels import level_in_sentence, territory_name
from dashboard.components.picture import picture
from dashboard.exports.pictures import svg_of_chart
from dashboard.i18n import _, current_language, text
from dashboard.narration.grammar import of
from geodata.ages import AGE_GROUPS
from geodata.model import Level
from geodata.package import Package

_KEPT: Final = 128
_STEP: Final = 1.0


def ages_part(package: Package, territories: Sequence[str]) -> None:
    """Draw the part « Âges »."""
    heading(_("Les âges en {now} et la projection de {later}").format(now=NOW, later=LATER))
    if package.ages.empty:
        show(line(_("Ces données ne contiennent pas les âges ; refaites le paquet de données.")))
        return
    places = {territory: health_place(package, territory) for territory in territories}
    names = names_of(package, [*territories, *filter(None, places.values())])
    for territory, place in places.items():
        if place != territory:
            show(line(_stands_for(package, names[territory], place)))
    drawn = [ages_of(package, place) for place in dict.fromkeys(places.values()) if place]
    if not drawn:
        return
    widest = _widest(drawn)
    show(line(_legend(), css="px-small"))
    pictures((_pyramid(package, ages, names[ages.territory], widest), _people(ages)) for ages in drawn)
    show(line(_caveat(package), css="px-small"))
    downloads(
        partial(ages_sheet, package, tuple(ages.territory for ages in drawn)),
        _("pyramides des âges"),
        "ages",
        picture=partial(_one_picture, drawn, names, widest),
    )
    for ages in drawn:
        name = names[ages.territory]
        with st.expander(_("Les chiffres : {name}").format(name=name)):
            show(_table(ages, name))


def _stands_for(package: Package, name: str, place: str | None) -> str:
    if place is None:
        return _(
            "{name} : les âges n'existent qu'aux niveaux de santé, et ce territoire n'est pas dans un seul."
        ).format(name=name)
    return _(
        "{name} : les âges n'existent qu'aux niveaux de santé. Voici ceux {of_parent} ({level}), où il se "
        "trouve."
    ).format(
        name=name,
        of_parent=of(territory_name(package, place)),
        level=level_in_sentence(Level(package.territories.at[place, "level"])),
    )


def _legend() -> str:
    return _(
        "Barres : {now}, part de toute la population. Contour noir : projection de {later}, part de la "
        "population de {later}."
    ).format(now=NOW, later=LATER)


def _caveat(package: Package) -> str:
    indicator = package.indicators.get(AGES_SOURCE)
    return text(indicator.caveat) if indicator else ""


def _widest(drawn: Sequence[Ages]) -> float:
    """Give the end of the scale that all the pyramids of the page share, a whole percentage."""
    highest = max(float(ages.frame[["now", "later"]].to_numpy().max()) for ages in drawn)
    return _STEP * (int(highest / _STEP) + 1)


def _pyramid(package: Package, ages: Ages, name: str, widest: float) -> str:
    old_now, old_later = _share_from(ages, "now"), _share_from(ages, "later")
    alt = _(
        "Pyramide des âges : {name}. Personnes de 65 ans et plus : {now} en {first}, {later} projetées en "
        "{last}. Chaque groupe est dans le tableau qui suit."
    ).format(name=name, now=old_now, later=old_later, first=NOW, last=LATER)
    return picture(_drawn(package.id, ages.territory, widest, current_language(), name, ages), alt)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _drawn(package_id: str, territory: str, widest: float, language: str, name: str, _ages: Ages) -> str:
    return svg_of_chart(themed(_chart(_ages, widest, name)))


def _chart(ages: Ages, widest: float, name: str) -> Any:
    return pyramid(
        ages.frame,
        title=name,
        axis=_("% de la population"),
        women=_("Femmes"),
        men=_("Hommes"),
        widest=widest,
    )


def _one_picture(drawn: Sequence[Ages], names: Mapping[str, str], widest: float) -> str:
    charts = [_chart(ages, widest, names[ages.territory]) for ages in drawn]
    return svg_of_chart(themed(together(charts)))


def _share_from(ages: Ages, column: str) -> str:
    old = AGE_GROUPS[AGE_GROUPS.index("65-69") :]
    part = float(ages.frame.loc[ages.frame["age_group"].isin(old), column].sum())
    return fmt.share(part / 100)


def _people(ages: Ages) -> str:
    return _("{now} personnes en {first}, {later} projetées en {last}").format(
        now=fmt.number(ages.totals[NOW]),
        later=fmt.number(ages.totals[LATER]),
        first=NOW,
        last=LATER,
    )


def _table(ages: Ages, name: str) -> str:
    columns = ["age_group", "sex", "people_now", "people_later"]
    counts = {(group, sex): (now, later) for group, sex, now, later in ages.frame[columns].to_numpy()}
    rows = [
        [
            words(group_words(group)),
            *(words(fmt.number(counts[group, sex][at])) for at in (0, 1) for sex in ("f", "m")),
        ]
        for group in AGE_GROUPS
    ]
    headings = [
        _("Âge"),
        *(
            title.format(year=year)
            for year in (NOW, LATER)
            for title in (_("Femmes, {year}"), _("Hommes, {year}"))
        ),
    ]
    return html.table(_("{name} : personnes par groupe d'âge").format(name=name), headings, rows)
