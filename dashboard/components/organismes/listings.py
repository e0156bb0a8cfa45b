"""The imported listings: which take part in the package, and what came of each import."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import format as fmt
from dashboard import listings_shelf as shelf
from dashboard import upkeep
from dashboard.components.html import line, show, table, tag, words
from dashboard.components.organismes.link import Here
from dashboard.components.organismes.messages import done, refused
from dashboard.components.organismes.one_listing import one_listing
from dashboard.components.organismes.take_in import begin, take_in
from dashboard.i18n import _, text
from dashboard.links import asked, write_chosen
from dashboard.listings_shelf import Listing
from geodata.errors import ProximiteError
from geodata.package import Package

_CHOSEN = "chosen_listing"
ARRIVED = "listing_arrived"
"""Set by an import, for the page that it leads to."""


def listings(package: Package, home: Path) -> None:
    """Draw the listings, then the one that is looked at."""
    known = shelf.listings(home)
    if st.session_state.pop(ARRIVED, False):
        done(_("La liste est importée. Voici ce qui a été lu ; elle n'est pas encore dans le paquet."))
    if not known:
        show(
            line(
                _("Aucune liste importée encore. Les lieux connus viennent des sources publiques."),
                css="px-lead",
            )
        )
        return
    show(_table(known))
    take_in(home)
    by_name = {listing.name: listing for listing in known}
    in_link = asked(Here.LISTING) if asked(Here.LISTING) in by_name else ""
    st.session_state[_CHOSEN] = in_link
    st.selectbox(
        _("Voir une liste de près"),
        ["", *by_name],
        format_func=lambda name: by_name[name].title if name else _("Aucune"),
        key=_CHOSEN,
        on_change=write_chosen,
        args=(Here.LISTING, _CHOSEN),
    )
    if in_link:
        show(tag("h2", words(by_name[in_link].title), css="px-section"))
        _part(home, by_name[in_link])
        one_listing(package, by_name[in_link])


def _table(known: list[Listing]) -> str:
    caption = _("Listes importées")
    headings = (_("Liste"), _("Licence"), _("Importée"), _("Lignes"), _("Dans le paquet"))
    return table(caption, headings, [_row(listing) for listing in known])


def _row(listing: Listing) -> tuple[str, ...]:
    rows = listing.facts["rows"]
    said = _("Chargées : {loaded}, en attente : {waiting}").format(
        loaded=fmt.number(rows["loaded"]), waiting=fmt.number(rows["quarantined"])
    )
    return (
        words(listing.title) + line(str(listing.facts.get("source", "")), css="px-small"),
        words(text(listing.licence.title)),
        words(fmt.moment(str(listing.facts.get("imported_at", "")))),
        words(said),
        words(_("● oui") if listing.included else _("○ mise de côté")),
    )


def _part(home: Path, listing: Listing) -> None:
    """Draw the button that puts a listing in the package or takes it out; nothing is erased."""
    if not upkeep.allowed():
        return
    label = _("Retirer du paquet") if listing.included else _("Ajouter au paquet")
    if not st.button(label, key="include", type="secondary" if listing.included else "primary"):
        return
    try:
        shelf.include(home, listing, not listing.included)
    except ProximiteError as problem:
        refused(problem)
        return
    begin(home)
