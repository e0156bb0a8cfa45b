"""Bring a listing in: a file or an address, its columns, what it does not say of itself, then the import."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import format as fmt
from dashboard import listings_shelf as shelf
from dashboard.components.html import line, show, tag, words
from dashboard.components.labels import territory_name
from dashboard.components.organismes import mapping_form
from dashboard.components.organismes.arrivals import kept, remove
from dashboard.components.organismes.link import Here, Part
from dashboard.components.organismes.listings import ARRIVED
from dashboard.components.organismes.messages import refused
from dashboard.components.organismes.uploader import uploader
from dashboard.i18n import _, text
from dashboard.links import write
from etl.listings.detect import Format, detect
from etl.listings.importer import Details, import_listing
from etl.listings.mapping import Mapping
from etl.listings.remote import fetch_listing
from geodata.errors import ProximiteError
from geodata.model import LICENCES, Level
from geodata.package import Package

_ARRIVAL: Final = "arrival"
_FILE = "listing_file"
_ADDRESS = "listing_address"
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_TABLES: Final = frozenset({Format.TABLE, Format.WORKBOOK})
_COVERING: Final = (Level.PROVINCE, Level.RSS, Level.MRC)
"""Levels of the territories that a listing may say to cover wholly."""


@dataclass(frozen=True)
class Arrival:
    """What was brought.

    Attributes
    ----------
    path
        Where it was written.
    source
        What the import reads: the file, or the address.
    upload
        Identifier of the upload; empty for an address.
    format
        As its content tells.
    """

    path: Path
    source: Path | str
    upload: str
    format: Format


def bring_in(package: Package, home: Path) -> None:
    """Draw the steps of an import."""
    show(
        line(
            _(
                "Une liste d'organismes, dans la forme où elle est : table CSV ou Excel, HSDS, AIRS, iCarol "
                "ou OpenStreetMap. Rien n'est publié avant que vous l'ayez vu."
            )
        )
    )
    _communities()
    arrival = _arrival(home)
    if arrival is None:
        return
    mapping: Mapping | None = None
    if arrival.format in _TABLES:
        mapping = mapping_form.mapping_form(home, arrival.path)
        if mapping is None:
            return
    else:
        show(line(_("Format reconnu : {format}. Rien à régler.").format(format=arrival.format.value)))
    details = _details(package, arrival)
    if st.button(_("Importer"), type="primary", key="import_listing"):
        _import(package, home, arrival, mapping, details)


def _communities() -> None:
    notice = _(
        "Une liste qui vient d'une Première Nation ou d'une communauté inuite lui appartient : demandez son "
        "accord avant de l'apporter ici. Les adresses qui protègent quelqu'un (maisons d'hébergement, "
        "foyers, protection de la jeunesse) ne sont jamais placées ni nommées."
    )
    show(tag("div", line(notice), css="px-notice", role="note"))


def _arrival(home: Path) -> Arrival | None:
    with st.container(key="arrival"):
        uploaded = uploader(_("Fichier de la liste"), _FILE)
        with st.form("listing_by_address", border=False):
            address = st.text_input(
                _("Ou son adresse sur le web"), key=_ADDRESS, placeholder="https://", max_chars=2000
            )
            asked = st.form_submit_button(_("Lire cette adresse"))
    known: Arrival | None = st.session_state.get(_ARRIVAL)
    try:
        if uploaded is not None and (known is None or known.upload != uploaded.file_id):
            return _arrived(_from_upload(home, uploaded))
        if asked and address.strip():
            with st.spinner(_("Lecture de l'adresse…")):
                return _arrived(_from_address(home, address.strip()))
    except (ProximiteError, OSError) as problem:
        _forget()
        refused(problem)
        return None
    if known is not None and ((known.upload and uploaded is None) or not known.path.exists()):
        _forget()
        return None
    return known


def _from_upload(home: Path, uploaded: UploadedFile) -> Arrival:
    path = kept(home, uploaded)
    return _told(path, path, uploaded.file_id)


def _from_address(home: Path, address: str) -> Arrival:
    folder = shelf.incoming(home, "liste").parent
    try:
        path = fetch_listing(address, folder)
    except ProximiteError:
        remove(folder / "liste")
        raise
    return _told(path, address, "")


def _told(path: Path, source: Path | str, upload: str) -> Arrival:
    try:
        return Arrival(path, source, upload, detect(path))
    except ProximiteError:
        remove(path)
        raise


def _arrived(arrival: Arrival) -> Arrival:
    _forget()
    st.session_state[_ARRIVAL] = arrival
    if arrival.format in _TABLES:
        mapping_form.begin(arrival.path)
    return arrival


def _forget() -> None:
    before: Arrival | None = st.session_state.pop(_ARRIVAL, None)
    if before is not None:
        remove(before.path)
    mapping_form.forget()


def _details(package: Package, arrival: Arrival) -> Details:
    show(tag("h2", words(_("Ce que le fichier ne dit pas de lui-même")), css="px-section"))
    with st.container(horizontal=True, key="listing_details"):
        name = st.text_input(_("Nom de la liste"), value=arrival.path.stem, max_chars=120, key="listing_name")
        licence = st.selectbox(
            _("Licence"),
            ["undeclared", *(name for name in LICENCES if name != "undeclared")],
            format_func=lambda known: text(LICENCES[known].title),
            key="listing_licence",
        )
        date = st.text_input(
            _("Date de la liste (AAAA-MM-JJ)"), max_chars=10, key="listing_date", placeholder="2026-11-22"
        )
        contact = st.text_input(
            _("À qui un organisme écrit pour corriger sa fiche"), max_chars=200, key="listing_contact"
        )
    covered = st.multiselect(
        _("Territoires que la liste couvre en entier (facultatif)"),
        [t for level in _COVERING for t in package.level(level).index],
        format_func=lambda territory: territory_name(package, territory),
        placeholder=_("aucun déclaré"),
        key="listing_coverage",
    )
    known = date.strip() if _DATE.fullmatch(date.strip()) else ""
    if date.strip() and not known:
        show(line(_("Cette date ne se lit pas ; elle est laissée de côté.")))
    return Details(name.strip(), str(licence), contact.strip(), known, tuple(covered))


def _import(
    package: Package, home: Path, arrival: Arrival, mapping: Mapping | None, details: Details
) -> None:
    out = shelf.free_folder(home, details.name or arrival.path.stem)
    told = st.empty()

    def tell(_stage: str, done: int, _every: int) -> None:
        told.progress(0.0, text=_("Lignes lues : {n}…").format(n=fmt.number(done)))

    try:
        with st.spinner(_("Import en cours ; gardez cette page ouverte…")):
            import_listing(
                arrival.source,
                out,
                format="table" if mapping else "auto",
                mapping=mapping,
                package=package,
                progress=tell,
                details=details,
            )
    except (ProximiteError, OSError) as problem:
        refused(problem)
        return
    _forget()
    st.session_state[ARRIVED] = True
    write(Here.PART, Part.LISTINGS.value)
    write(Here.LISTING, out.name)
    st.rerun()
