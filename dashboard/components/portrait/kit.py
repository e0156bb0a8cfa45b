"""The meeting kit: what a table prints, hangs on the wall or carries on a key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from dashboard.comparison import Reference
from dashboard.components.html import line, show, tag, words
from dashboard.components.portrait.link import Name
from dashboard.components.share import copy_link
from dashboard.data import PACKAGE_ID_LENGTH
from dashboard.exports.offline import offline_html
from dashboard.exports.portrait_content import Content, with_changes
from dashboard.exports.portrait_maps import poster_selection
from dashboard.exports.portrait_pdf import print_portrait
from dashboard.exports.poster import poster_pdf
from dashboard.exports.weasy import pdf_problem
from dashboard.i18n import _, current_language, in_language
from dashboard.links import here
from dashboard.portraits import portrait_maps
from dashboard.state import Key
from geodata.package import Package
from geodata.text import slug


def kit(package: Package, content: Content, reference: Reference, changes: Mapping[str, str]) -> None:
    """Draw the buttons that make each file when it is asked for, and the link to this page."""
    said = with_changes(content, changes)
    problem = pdf_problem()
    show(
        tag("h2", words(_("Préparer une rencontre")), css="px-section"),
        line(_("Chaque fichier se fait en quelques secondes, avec les mêmes chiffres et votre texte.")),
        line(problem.sentence(current_language()) if problem else "", css="px-notice"),
    )
    stem = slug(f"portrait {content.name}")
    with st.container(horizontal=True, key="kit"):
        _button(
            _("Portrait à imprimer (PDF)"),
            partial(_paper, package, said),
            f"{stem}.pdf",
            "application/pdf",
            disabled=problem is not None,
        )
        _button(
            _("Portrait hors ligne (HTML)"),
            partial(_offline, package, content, reference, changes),
            f"{stem}.html",
            "text/html",
        )
        _poster(package, content, disabled=problem is not None)
    copy_link(
        here(
            **{
                Name.TERRITORY.value: content.territory,
                Key.PACKAGE.value: package.id[:PACKAGE_ID_LENGTH],
            }
        ),
        "portrait",
    )


def _button(label: str, make: Callable[[], bytes], name: str, mime: str, *, disabled: bool = False) -> None:
    st.download_button(
        label, data=make, file_name=name, mime=mime, key=f"kit-{name}", on_click="ignore", disabled=disabled
    )


def _paper(package: Package, said: Content) -> bytes:
    with in_language(said.language):
        maps = portrait_maps(package, said.territory, patterned=True)
    return print_portrait(package, said, maps)


def _offline(package: Package, content: Content, reference: Reference, changes: Mapping[str, str]) -> bytes:
    made = offline_html(package, content.territory, reference, content.language, text_overrides=changes)
    return made.encode("utf-8")


def _poster(package: Package, content: Content, *, disabled: bool) -> None:
    selection = poster_selection(package, content.territory)
    if selection is None:
        return
    make = partial(
        poster_pdf,
        package,
        selection.level,
        selection.indicator,
        selection.period,
        [content.territory],
        content.language,
    )
    name = f"{slug(f'affiche {content.name}')}.pdf"
    _button(_("Affiche A3 (PDF)"), make, name, "application/pdf", disabled=disabled)
