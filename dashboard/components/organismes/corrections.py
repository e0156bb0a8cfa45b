"""Reports that wait for the table's word, and those that were decided."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from dashboard import format as fmt
from dashboard import listings_view as view
from dashboard import upkeep
from dashboard.components.html import line, show, tag, words
from dashboard.components.organismes.messages import refused
from dashboard.components.organismes.take_in import take_in
from dashboard.i18n import _, ngettext, text
from dashboard.listings_view import PlaceFacts
from etl.listings.corrections import KIND_NAMES, Correction, Kind, State, corrections, decide
from geodata.errors import ProximiteError
from geodata.package import Package

MOST_SHOWN: Final = 20
_REMOVING: Final = frozenset({Kind.CLOSED, Kind.WITHDRAW})


def reports(package: Package, home: Path) -> None:
    """Draw the reports, the oldest that waits first."""
    known = corrections(home)
    waiting = [c for c in known if c.state is State.WAITING]
    count = ngettext("{n} signalement attend.", "{n} signalements attendent.", len(waiting)).format(
        n=fmt.number(len(waiting))
    )
    none = _("Aucun signalement n'attend. Un lieu se signale depuis la carte, ou depuis « Lieux connus ».")
    show(tag("p", words(count if waiting else none), css="px-lead", role="status"))
    show(line(_("Un signalement ne change rien tant que la table ne l'a pas approuvé ; tout se défait.")))
    for correction in waiting[:MOST_SHOWN]:
        _waiting(package, home, correction)
    decided = [c for c in known if c.state is not State.WAITING][::-1]
    if not decided:
        return
    show(tag("h2", words(_("Décidés")), css="px-section"))
    for correction in decided[:MOST_SHOWN]:
        _decided(package, home, correction)
    take_in(home)


def _said(package: Package, correction: Correction) -> tuple[PlaceFacts | None, list[str]]:
    place = view.place(package, correction.place_id)
    name = place.name if place else correction.place_id
    pieces = [tag("h3", words(name)), line(view.address_line(place)) if place else ""]
    reported = _("Signalé le {date}").format(date=fmt.moment(correction.reported_at))
    pieces.append(line(f"{text(KIND_NAMES[correction.kind])} · {reported}"))
    if correction.text and upkeep.allowed():
        pieces.append(line(_("« {said} »").format(said=correction.text)))
    return place, pieces


def _waiting(package: Package, home: Path, correction: Correction) -> None:
    place, pieces = _said(package, correction)
    if correction.contact and upkeep.allowed():
        pieces.append(line(_("Répondre à : {contact}").format(contact=correction.contact)))
    show(tag("section", *pieces, css="px-card"))
    if not upkeep.allowed():
        return
    with st.form(f"decide_{correction.id}"):
        changes = {} if correction.kind in _REMOVING else _rewritten(place, correction)
        reason = st.text_input(
            _("Pourquoi ? (gardé dans le journal)"), key=f"why_{correction.id}", max_chars=200
        )
        with st.container(horizontal=True):
            yes = st.form_submit_button(_("Approuver"), key=f"yes_{correction.id}", type="primary")
            no = st.form_submit_button(_("Refuser"), key=f"no_{correction.id}")
    if yes or no:
        _decide(home, correction, yes, reason, changes)


def _rewritten(place: PlaceFacts | None, correction: Correction) -> dict[str, str]:
    """Ask how the place should read; give only what differs."""
    now = {
        "name": (_("Nom"), place.name if place else ""),
        "address": (_("Adresse"), place.address if place else ""),
        "city": (_("Municipalité"), place.city if place else ""),
        "postal_code": (_("Code postal"), place.postal_code if place else ""),
    }
    show(line(_("Écrivez ce qui doit figurer ; ce qui reste tel quel ne change pas."), css="px-small"))
    with st.container(horizontal=True):
        written = {
            name: st.text_input(label, value=value, key=f"{name}_{correction.id}", max_chars=200)
            for name, (label, value) in now.items()
        }
    return {name: value for name, value in written.items() if value.strip() != now[name][1]}


def _decide(home: Path, correction: Correction, approve: bool, reason: str, changes: dict[str, str]) -> None:
    try:
        decide(home, correction.id, approve, reason=reason.strip(), changes=changes if approve else None)
    except (ProximiteError, OSError) as problem:
        refused(problem)
        return
    st.rerun()


def _decided(package: Package, home: Path, correction: Correction) -> None:
    _place, pieces = _said(package, correction)
    approved = correction.state is State.APPROVED
    word = _("Approuvé") if approved else _("Refusé")
    when = _("{word} le {date}").format(word=word, date=fmt.moment(correction.decided_at))
    why = _("raison : {reason}").format(reason=correction.reason) if correction.reason else ""
    pieces.append(line(" · ".join(part for part in (when, why) if part)))
    show(tag("section", *pieces, css="px-card"))
    if approved and upkeep.allowed() and st.button(_("Annuler l'approbation"), key=f"undo_{correction.id}"):
        _decide(home, correction, False, _("approbation annulée"), {})
