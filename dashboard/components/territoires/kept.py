"""The territories that are kept: where each may be seen, and the one that is looked at."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard import format as fmt
from dashboard import territories_shelf as shelf
from dashboard.components.html import line, show, table, tag, words
from dashboard.components.organismes.messages import refused
from dashboard.components.territoires.keeping import file_button
from dashboard.components.territoires.link import Here, Way
from dashboard.components.territoires.preview import preview
from dashboard.data import Opened
from dashboard.i18n import _, current_language
from dashboard.links import asked, write, write_chosen
from dashboard.navigation import Place, address_of
from dashboard.state import Key
from geodata.custom import CustomTerritory, Part
from geodata.custom.definition import LONGEST_NAME, named
from geodata.errors import ProximiteError
from geodata.model import Level
from geodata.overlay import OverlaidPackage, published
from geodata.package import Package

_CHOSEN: Final = "kept_territory"


def kept(opened: Opened) -> None:
    """List the territories that are kept, then draw the one that the address names."""
    package = opened.package
    for problem in opened.left_aside:
        refused(problem)
    parts = {part.definition.id: part for part in parts_of(package)}
    wanted = asked(Here.TERRITORY)
    if wanted and wanted not in parts:
        _not_here()
    if not parts:
        _nothing_yet()
        return
    _table(list(parts.values()))
    st.session_state[_CHOSEN] = wanted if wanted in parts else ""
    st.selectbox(
        _("Voir un territoire de près"),
        ["", *parts],
        format_func=lambda name: _name(parts[name].definition) if name else _("Aucun"),
        key=_CHOSEN,
        on_change=write_chosen,
        args=(Here.TERRITORY, _CHOSEN),
    )
    if wanted in parts:
        _one(package, parts[wanted])


def parts_of(package: Package) -> tuple[Part, ...]:
    """Give the custom territories laid over a package."""
    return package.parts if isinstance(package, OverlaidPackage) else ()


def _name(territory: CustomTerritory) -> str:
    return territory.name.in_language(current_language())


def _not_here() -> None:
    sentence = _(
        "Le territoire de ce lien n'est pas gardé ici. Demandez son fichier à qui vous a donné le lien, "
        "puis ouvrez-le par « Apporter un fichier »."
    )
    show(tag("div", line(sentence), css="px-notice", role="status"))


def _nothing_yet() -> None:
    ways = [
        (Way.DRAW, _("Dessiner sur la carte"), _("quand le territoire n'existe dans aucun découpage")),
        (
            Way.FILE,
            _("Apporter un fichier"),
            _("un contour, des codes, ou le territoire d'une autre table"),
        ),
        (Way.PICK, _("Choisir des territoires"), _("réunir des quartiers, des municipalités, des secteurs")),
    ]
    items = [
        tag(
            "li",
            tag(
                "a",
                words(title),
                href=address_of(Place.TERRITORIES, **{Here.WAY.value: way.value}),
                target="_self",
            ),
            words(_(" : ") + when),
        )
        for way, title, when in ways
    ]
    show(
        tag(
            "section",
            line(_("Aucun territoire de votre table n'est encore gardé ici."), css="px-lead"),
            line(
                _(
                    "Un territoire sur mesure se lit ensuite partout : sur la carte, dans le portrait, dans "
                    "la comparaison et dans les fichiers. Trois façons de le définir :"
                )
            ),
            tag("ul", *items),
            css="px-card",
        )
    )


def _table(parts: list[Part]) -> None:
    headings = (_("Territoire"), _("Personnes en 2021"), _("Défini"), _("Le voir"))
    show(table(_("Territoires gardés"), headings, [_row(part) for part in parts]))


def _row(part: Part) -> tuple[str, ...]:
    territory = part.definition
    defined = ", ".join(said for said in (fmt.date(territory.date), territory.authors) if said)
    here = {Key.TERRITORY.value: territory.id}
    on_map = address_of(Place.MAP, **{Key.LEVEL.value: Level.CUSTOM.value}, **here)
    links = [
        (on_map, _("Carte")),
        (address_of(Place.PORTRAIT, **here), _("Portrait")),
        (address_of(Place.COMPARE, territoires=territory.id), _("Comparer")),
    ]
    drawn = " · ".join(tag("a", words(name), href=address, target="_self") for address, name in links)
    return words(_name(territory)), words(fmt.number(part.membership.people)), words(defined), drawn


def _one(package: Package, part: Part) -> None:
    territory = part.definition
    show(tag("h2", words(_name(territory)), css="px-section"))
    preview(published(package), part)
    with st.container(horizontal=True, key="territory_acts", vertical_alignment="bottom"):
        file_button(territory)
        _rename(territory)
        _remove(territory)


def _rename(territory: CustomTerritory) -> None:
    with st.popover(_("Renommer")), st.form(f"rename-{territory.slug}", border=False):
        french = st.text_input(_("Nom"), value=territory.name.fr, max_chars=LONGEST_NAME)
        english = st.text_input(
            _("Nom en anglais (facultatif)"), value=territory.name.en, max_chars=LONGEST_NAME
        )
        if not st.form_submit_button(_("Renommer")):
            return
        try:
            shelf.rename(territory, named(french, english))
        except ProximiteError as problem:
            refused(problem)
            return
        st.rerun()


def _remove(territory: CustomTerritory) -> None:
    with st.popover(_("Supprimer")):
        show(
            line(
                _(
                    "Le territoire n'est plus sur aucune page. Son fichier est mis de côté et peut être "
                    "repris."
                )
                if shelf.writes()
                else _("Le territoire quitte ce navigateur ; téléchargez d'abord son fichier pour le garder.")
            )
        )
        if not st.button(_("Supprimer ce territoire"), key=f"remove-{territory.slug}"):
            return
        try:
            shelf.remove(territory)
        except ProximiteError as problem:
            refused(problem)
            return
        write(Here.TERRITORY, "")
        st.rerun()
