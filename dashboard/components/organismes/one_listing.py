"""What came of one import: what was read, what waits, where places are, which words are not understood."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from dashboard import format as fmt
from dashboard import listings_shelf as shelf
from dashboard import upkeep
from dashboard.components.html import line, show, tag, words
from dashboard.components.labels import territory_name
from dashboard.components.organismes.listing_files import listing_files
from dashboard.components.organismes.messages import named
from dashboard.components.organismes.problems import problems
from dashboard.components.organismes.quarantine import quarantine
from dashboard.i18n import _, current_language, text
from dashboard.listings_shelf import Listing
from dashboard.listings_view import quality_words
from geodata.model import GeocodeQuality
from geodata.package import Package

MOST_TERMS = 30


def one_listing(package: Package, listing: Listing) -> None:
    """Draw everything that is known of an import."""
    _rows(listing)
    show(tag("section", tag("dl", *_facts(package, listing), css="px-facts"), css="px-card"))
    _places(package, listing)
    if upkeep.allowed():
        problems(listing)
        quarantine(package, listing)
    _terms(listing)
    listing_files(listing)


def _rows(listing: Listing) -> None:
    rows = listing.facts["rows"]
    said = _("Lignes lues : {read}. Chargées : {loaded}. En quarantaine : {waiting}.").format(
        read=fmt.number(rows["read"]),
        loaded=fmt.number(rows["loaded"]),
        waiting=fmt.number(rows["quarantined"]),
    )
    show(line(said, css="px-lead"))


def _facts(package: Package, listing: Listing) -> Iterable[str]:
    facts = listing.facts
    covered = [
        territory_name(package, name)
        for name in facts.get("coverage") or []
        if name in package.territories.index
    ]
    correction = (facts.get("correction") or {}).get(current_language(), "")
    rows = [
        (_("Venue de"), str(facts.get("source", ""))),
        (_("Format du fichier"), _format_words(str(facts.get("format", "")))),
        (_("Licence"), text(listing.licence.title)),
        (_("Date de la liste"), fmt.date(str(facts.get("source_date") or "")) or _("non déclarée")),
        (
            _("Territoires couverts"),
            ", ".join(covered) or _("non déclarés : un territoire sans lieu n'est pas un zéro"),
        ),
        (_("Corriger ou retirer une fiche"), correction),
    ]
    return (tag("div", tag("dt", words(name)), tag("dd", words(value))) for name, value in rows if value)


def _format_words(name: str) -> str:
    return {
        "table": _("table (CSV ou classeur)"),
        "hsds_json": "HSDS (JSON)",
        "hsds_tables": _("HSDS (tables)"),
        "airs": "AIRS 4.0 (XML)",
        "icarol": "iCarol (CSV)",
        "osm": "OpenStreetMap",
    }.get(name, name)


def _places(package: Package, listing: Listing) -> None:
    placed = listing.facts.get("placed") or {}
    items = [
        tag("li", words(named(quality_words(quality.value), fmt.number(placed.get(quality.value, 0)))))
        for quality in GeocodeQuality
    ]
    pieces = [tag("h3", words(_("Où sont les lieux"))), tag("ul", *items)]
    held = shelf.withheld_by_region(listing)
    if held:
        lead = _("Adresses qui protègent quelqu'un : ni placées ni nommées, comptées par région seulement.")
        pieces.append(line(lead))
        pieces.append(
            tag("ul", *(tag("li", words(named(_region(package, r), fmt.number(n)))) for r, n in held.items()))
        )
    show(tag("section", *pieces, css="px-card"))


def _region(package: Package, region: str) -> str:
    return territory_name(package, region) if region in package.territories.index else _("région inconnue")


def _terms(listing: Listing) -> None:
    terms = listing.facts.get("unmapped_terms") or []
    if not terms:
        return
    with st.expander(
        _("Mots de la liste que nos catégories ne reconnaissent pas ({n})").format(n=fmt.number(len(terms)))
    ):
        items = [
            tag("li", words(f"{term.get('label') or term.get('code')} ({fmt.number(term['count'])})"))
            for term in terms[:MOST_TERMS]
        ]
        if len(terms) > MOST_TERMS:
            items.append(tag("li", words(_("et {n} autres").format(n=fmt.number(len(terms) - MOST_TERMS)))))
        show(tag("div", tag("ul", *items), css="px-card"))
