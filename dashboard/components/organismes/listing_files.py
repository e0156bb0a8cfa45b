"""What may be taken away of a listing: its mapping, and its entries as HSDS 3.0."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard import upkeep
from dashboard.components.html import line, show
from dashboard.components.organismes.messages import refused
from dashboard.exports import hsds
from dashboard.i18n import _
from dashboard.listings_shelf import Listing
from etl.listings.export import Format
from etl.listings.folder import MAPPING
from geodata.errors import ProximiteError

_READY: Final = "listing_hsds"


def listing_files(listing: Listing) -> None:
    """Draw the downloads of a listing."""
    mapping = listing.folder / MAPPING
    licensed = True
    if not listing.licence.redistributable:
        show(
            line(_("La licence de cette liste n'est pas déclarée : rien ne dit qu'elle peut être transmise."))
        )
        if not upkeep.allowed():
            return
        licensed = st.checkbox(_("La table a le droit de transmettre cette liste"), key="licensed")
    with st.container(horizontal=True):
        if mapping.is_file():
            st.download_button(
                _("Télécharger la correspondance (TOML)"), data=mapping.read_bytes(),
                file_name=f"correspondance-{listing.name}.toml", mime="application/toml", on_click="ignore",
                key="mapping_toml",
            )  # fmt: skip
        for form, label in ((Format.JSON, _("Préparer en HSDS 3.0 (JSON)")),
                            (Format.CSV, _("Préparer en HSDS 3.0 (tables CSV)"))):  # fmt: skip
            if st.button(label, key=f"listing_{form.name}", disabled=not licensed):
                _prepare(listing, form, licensed)
        _ready(listing)


def _prepare(listing: Listing, form: Format, licensed: bool) -> None:
    try:
        with st.spinner(_("Préparation du fichier…")):
            made = hsds.export_listing(listing.folder, form, licensed=licensed)
    except (ProximiteError, OSError) as problem:
        refused(problem)
        return
    st.session_state[_READY] = (listing.name, form, made)


def _ready(listing: Listing) -> None:
    found = st.session_state.get(_READY)
    if found is None or found[0] != listing.name:
        return
    ending = "json" if found[1] is Format.JSON else "zip"
    name = f"{listing.name}-hsds.{ending}"
    st.download_button(
        _("Télécharger {file}").format(file=name), data=found[2], file_name=name,
        mime=f"application/{ending}", type="primary", on_click="ignore", key="listing_hsds_download",
    )  # fmt: skip
