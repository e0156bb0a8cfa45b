"""What may be taken away: the list as a table or a layer, and as HSDS 3.0, as far as licences allow."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard import listings_view as view
from dashboard.components.downloads import downloads
from dashboard.components.html import line, show
from dashboard.components.organismes.messages import refused
from dashboard.exports import hsds
from dashboard.i18n import _, ngettext
from dashboard.listings_view import Asked
from etl.listings.export import Format
from geodata.errors import ProximiteError
from geodata.package import Package

_READY: Final = "hsds_ready"


def take_away(package: Package, asked: Asked, rows: pd.DataFrame) -> None:
    """Draw the downloads of a selection, without what licences keep from being passed on."""
    free = view.may_be_passed_on(package, rows)
    _left_out(len(rows) - len(free))
    if free.empty:
        return
    with st.container(horizontal=True, key="take_away"):
        downloads(
            lambda: view.places_sheet(package, free),
            "proximite lieux",
            "places",
            shapes=True,
            label=_("Télécharger la liste"),
        )
        _prepare(package, asked, free, Format.JSON, _("Préparer en HSDS 3.0 (JSON)"))
        _prepare(package, asked, free, Format.CSV, _("Préparer en HSDS 3.0 (tables CSV)"))
    _ready(package, asked)


def _left_out(number: int) -> None:
    if number:
        said = ngettext(
            "{n} lieu n'est pas dans les fichiers : la licence de sa liste ne permet pas de le transmettre.",
            "{n} lieux ne sont pas dans les fichiers : la licence de leur liste ne permet pas de les "
            "transmettre.",
            number,
        ).format(n=fmt.number(number))
        show(line(said, css="px-small"))


def _prepare(package: Package, asked: Asked, rows: pd.DataFrame, form: Format, label: str) -> None:
    """Draw the button that makes a file; it may take half a minute for all of Québec."""
    if not st.button(label, key=f"prepare_{form.name}"):
        return
    try:
        with st.spinner(_("Préparation du fichier…")):
            made = hsds.export(package, rows, form, asked.kind)
    except (ProximiteError, OSError) as problem:
        refused(problem)
        return
    st.session_state[_READY] = (package.id, asked, form, made)


def _ready(package: Package, asked: Asked) -> None:
    """Offer the file that was made, as long as it is the one of the choice on the page."""
    found = st.session_state.get(_READY)
    if found is None or found[:2] != (package.id, asked):
        return
    form, made = found[2], found[3]
    named = {Format.JSON: ("proximite-hsds.json", "application/json"),
             Format.CSV: ("proximite-hsds.zip", "application/zip")}  # fmt: skip
    name, mime = named[form]
    st.download_button(
        _("Télécharger {file}").format(file=name), data=made, file_name=name, mime=mime,
        type="primary", on_click="ignore", key="hsds_download",
    )  # fmt: skip
