"""The rows that wait: taken away, fixed in a spreadsheet, brought back, played again."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard import format as fmt
from dashboard import listings_shelf as shelf
from dashboard import upkeep
from dashboard.components.html import line, show, tag, words
from dashboard.components.organismes.arrivals import kept, remove
from dashboard.components.organismes.messages import done, refused
from dashboard.components.organismes.uploader import uploader
from dashboard.i18n import _, ngettext
from dashboard.listings_shelf import Listing
from etl.listings.replay import replay
from geodata.errors import ProximiteError
from geodata.package import Package

_PASSED: Final = "replay_passed"


def quarantine(package: Package, listing: Listing) -> None:
    """Draw what one does with the rows that wait."""
    passed = st.session_state.pop(_PASSED, None)
    if passed is not None:
        done(ngettext("{n} ligne a rejoint la liste.", "{n} lignes ont rejoint la liste.", passed).format(
            n=fmt.number(passed)))  # fmt: skip
    waiting = listing.facts["rows"]["quarantined"]
    if not waiting:
        return
    show(tag("h3", words(_("La quarantaine")), css="px-section"))
    show(
        line(
            _(
                "Ces lignes ne sont pas perdues. Téléchargez-les, corrigez-les dans un tableur sans toucher "
                "aux colonnes _file et _row, puis rapportez le fichier : celles qui passent rejoignent la "
                "liste."
            )
        )
    )
    st.download_button(
        _("Télécharger les lignes en attente (CSV)"),
        data=lambda: shelf.quarantine_table(listing),
        file_name=f"quarantaine-{listing.name}.csv", mime="text/csv", on_click="ignore", key="quarantine_csv",
    )  # fmt: skip
    fixed = uploader(_("Fichier corrigé"), f"fixed_{listing.name}", ["csv", "jsonl"])
    if fixed is not None and st.button(_("Rejouer les lignes corrigées"), key="replay", type="primary"):
        _replay(package, listing, fixed)


def _replay(package: Package, listing: Listing, fixed: st.runtime.uploaded_file_manager.UploadedFile) -> None:
    before = listing.facts["rows"]["quarantined"]
    try:
        path = kept(upkeep.home(), fixed)
        try:
            with st.spinner(_("Lecture des lignes corrigées…")):
                report = replay(listing.folder, path, package=package)
        finally:
            remove(path)
    except (ProximiteError, OSError) as problem:
        refused(problem)
        return
    st.session_state[_PASSED] = before - report.quarantined
    st.rerun()
