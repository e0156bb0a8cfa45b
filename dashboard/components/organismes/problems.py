"""The problems of an import: counted by kind, listed one a row, and taken away as a file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

import streamlit as st

from dashboard import format as fmt
from dashboard import listings_shelf as shelf
from dashboard.components.downloads import downloads
from dashboard.components.html import line, show, table, tag, words
from dashboard.exports.sheet import Sheet, sheet_of_rows
from dashboard.i18n import _, current_language, text
from dashboard.listings_shelf import Listing
from etl.listings.judgements import JUDGEMENTS
from etl.listings.mapping import FIELDS
from etl.listings.problems import KINDS

MOST_SHOWN: Final = 25
_CHOSEN = "problem_kind"


def problems(listing: Listing) -> None:
    """Draw the problems."""
    flags: dict[str, int] = listing.facts.get("flags") or {}
    show(tag("h3", words(_("Ce qui est à regarder")), css="px-section"))
    if not flags:
        show(line(_("Rien : aucune ligne n'a de problème.")))
        return
    options = sorted(flags, key=lambda kind: -flags[kind])
    chosen = st.selectbox(
        _("Sorte de problème"),
        ["", *options],
        format_func=lambda kind: _said(kind, flags),
        key=f"{_CHOSEN}_{listing.name}",
    )
    shown = list(islice(_of(listing, chosen), MOST_SHOWN))
    total = flags[chosen] if chosen else sum(flags.values())
    show(_table(shown, total))
    downloads(
        lambda: problems_sheet(listing),
        f"problemes {listing.name}",
        "problems",
        label=_("Télécharger tous les problèmes"),
    )


def kind_words(kind: str) -> str:
    """Say what a kind of problem is."""
    known = KINDS.get(kind) or JUDGEMENTS.get(kind)
    return text(known.why) if known else kind


def field_words(name: str) -> str:
    """Name the fields of a problem; a column of another format keeps its own name."""
    parts = [part.strip() for part in name.split(",")]
    return ", ".join(text(FIELDS[part]) if part in FIELDS else part for part in parts)


def _said(kind: str, flags: dict[str, int]) -> str:
    if not kind:
        return _("Tous ({n})").format(n=fmt.number(sum(flags.values())))
    return f"{kind_words(kind)} ({fmt.number(flags[kind])})"


def _of(listing: Listing, kind: str) -> Iterator[dict[str, str]]:
    return (row for row in shelf.problems(listing) if kind in ("", row["kind"]))


def _severity(row: dict[str, str]) -> str:
    return _("○ en quarantaine") if row["severity"] == "quarantine" else _("◐ chargée, à vérifier")


def _table(rows: list[dict[str, str]], total: int) -> str:
    language = current_language()
    caption = _("Problèmes montrés : {shown} sur {n}").format(
        shown=fmt.number(len(rows)), n=fmt.number(total)
    )
    headings = (_("Ligne"), _("Champ"), _("Valeur"), _("Pourquoi"), _("À faire"), _("État"))
    return table(caption, headings, [_cells(row, language) for row in rows])


def _cells(row: dict[str, str], language: str) -> list[str]:
    said = (field_words(row["field"]), row["value"], row[f"why_{language}"], row[f"todo_{language}"])
    number = words(row["row"]) + line(row["file"], css="px-small")
    return [number, *map(words, said), words(_severity(row))]


def problems_sheet(listing: Listing) -> Sheet:
    """Give every problem in the language of the page."""
    language = current_language()
    headings = [
        _("Fichier"), _("Ligne"), _("Champ"), _("Valeur"), _("Pourquoi"), _("À faire"), _("État"), _("Sorte"),
    ]  # fmt: skip
    lines = (
        [
            row["file"], row["row"], field_words(row["field"]), row["value"], row[f"why_{language}"],
            row[f"todo_{language}"], _severity(row), row["kind"],
        ]
        for row in shelf.problems(listing)
    )  # fmt: skip
    return sheet_of_rows(listing.title, headings, lines)
