"""Take listings, decisions and corrections into the package, and follow how far it is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from dashboard import sources_words as said
from dashboard import upkeep
from dashboard.components.html import line, show, tag
from dashboard.components.organismes.messages import refused
from dashboard.i18n import _, text
from etl.jobs import job_status, start_refresh
from geodata.errors import ProximiteError

_POLL_SECONDS: Final = 1.0


def take_in(home: Path, label: str = "") -> None:
    """Draw the button, or how far the work is and how it ended."""
    job = job_status(home)
    if job.at_work:
        _progress(home)
        return
    if job.error is not None:
        lead = _("La dernière mise à jour n'a rien changé.")
        show(tag("div", line(lead), line(text(job.error), css="px-small"), css="px-notice", role="status"))
    if not upkeep.allowed():
        return
    if st.button(label or _("Mettre le paquet à jour"), key="take_in"):
        begin(home)
    show(
        line(
            _("Listes, décisions et corrections entrent ensemble dans un nouveau paquet ; on peut revenir."),
            css="px-small",
        )
    )


def begin(home: Path) -> None:
    """Start the work, which goes on when the page is closed."""
    try:
        start_refresh(home, listings_only=True)
    except ProximiteError as problem:
        refused(problem)
        return
    st.rerun()


@st.fragment(run_every=_POLL_SECONDS)
def _progress(home: Path) -> None:
    job = job_status(home)
    if not job.at_work:
        st.rerun()
    share = min(1.0, job.done / job.all) if job.all else 0.0
    st.progress(share, text=_("Mise à jour : {stage}").format(stage=said.stage(job.stage) or _("départ")))
    show(line(_("Vous pouvez quitter cette page : le travail continue, et ces données restent en place.")))
