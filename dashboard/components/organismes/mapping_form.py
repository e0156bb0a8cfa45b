"""Which column is which field: guessed, shown with examples, corrected by hand, kept as a TOML file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from dashboard.components.html import line, show, tag, words
from dashboard.components.organismes.arrivals import kept, remove
from dashboard.components.organismes.messages import named, refused
from dashboard.components.organismes.uploader import uploader
from dashboard.i18n import _, text
from etl.listings.grid import open_grid
from etl.listings.guess import guess_mapping, sample
from etl.listings.mapping import (
    BY_HAND,
    FIELDS,
    Column,
    Mapping,
    read_mapping,
    require_headers,
    write_mapping,
)
from geodata.errors import ListingError, ProximiteError

EXAMPLES: Final = 3
SURE: Final = 0.8
LIKELY: Final = 0.55
_STATE: Final = "mapping_draft"
_PREFIX: Final = "map_"


@dataclass(frozen=True)
class Draft:
    """What the form started from.

    Attributes
    ----------
    mapping
        As guessed, or as an uploaded TOML file says.
    header
        Columns of the table.
    upload
        Identifier of the TOML file that was last taken.
    """

    mapping: Mapping
    header: tuple[str, ...]
    upload: str = ""


def begin(path: Path) -> None:
    """Guess the mapping of a table that arrived.

    Raises
    ------
    ListingError
        If the table cannot be opened.
    """
    guessed = guess_mapping(path)
    grid = open_grid(path, guessed.options)
    try:
        header = tuple(grid.header)
    finally:
        grid.close()
    _set(Draft(guessed, header))


def forget() -> None:
    """Leave the form."""
    st.session_state.pop(_STATE, None)
    for name in FIELDS:
        st.session_state.pop(_PREFIX + name, None)


def _set(draft: Draft) -> None:
    st.session_state[_STATE] = draft
    for name in FIELDS:
        column = draft.mapping.columns.get(name)
        st.session_state[_PREFIX + name] = list(column.headers) if column else []


def mapping_form(home: Path, path: Path) -> Mapping | None:
    """Draw the form; give the mapping, or null where it cannot be used."""
    show(tag("h2", words(_("Quelle colonne dit quoi")), css="px-section"))
    _from_file(home, path)
    draft: Draft = st.session_state[_STATE]
    mapping = _as_set(draft)
    try:
        examples = sample(path, mapping, EXAMPLES)
    except ListingError as problem:
        examples = []
        refused(problem)
    show(
        line(
            _("Voici ce que nous avons compris. Corrigez une ligne en choisissant une autre colonne."),
            css="px-small",
        )
    )
    for name in draft.mapping.columns:
        _field(name, draft, mapping, examples)
    others = [name for name in FIELDS if name not in draft.mapping.columns]
    with st.expander(_("Autres champs")):
        for name in others:
            _field(name, draft, mapping, examples)
    used = {header for column in mapping.columns.values() for header in column.headers}
    left = [header for header in draft.header if header not in used]
    if left:
        show(
            line(_("Colonnes laissées de côté : {columns}.").format(columns=", ".join(left)), css="px-small")
        )
    st.download_button(
        _("Garder cette correspondance (TOML)"), data=write_mapping(mapping), file_name="correspondance.toml",
        mime="application/toml", on_click="ignore", key="keep_mapping",
    )  # fmt: skip
    return mapping if examples else None


def _as_set(draft: Draft) -> Mapping:
    """Give the mapping that the widgets say; a column that nobody changed keeps its reason."""
    columns = {}
    for name in FIELDS:
        headers = tuple(h for h in st.session_state.get(_PREFIX + name) or [] if h in draft.header)
        guessed = draft.mapping.columns.get(name)
        if headers:
            same = guessed is not None and guessed.headers == headers
            columns[name] = guessed if same and guessed else Column(headers, 1.0, BY_HAND)
    return Mapping(columns, draft.mapping.constants, draft.mapping.options)


def _field(name: str, draft: Draft, mapping: Mapping, examples: list[dict[str, str]]) -> None:
    left, right = st.columns([2, 3], vertical_alignment="center", gap="small")
    with left:
        st.multiselect(text(FIELDS[name]), draft.header, key=_PREFIX + name, placeholder=_("aucune colonne"))
    column = mapping.columns.get(name)
    if column is None:
        return
    with right:
        values = [row.get(name, "") for row in examples if row.get(name)]
        seen = " · ".join(value[:60] for value in values) or _("vide sur les premières lignes")
        show(line(seen), line(named(confidence(column), text(column.reason)), css="px-small"))


def confidence(column: Column) -> str:
    """Say how sure a guess is, by a shape and a word."""
    if column.confidence >= SURE:
        return _("● sûr")
    return _("◐ probable") if column.confidence >= LIKELY else _("○ à vérifier")


def _from_file(home: Path, path: Path) -> None:
    """Take a mapping that was kept from an earlier import."""
    draft: Draft = st.session_state[_STATE]
    with st.expander(_("Reprendre une correspondance gardée")):
        uploaded = uploader(_("Fichier de correspondance (TOML)"), "mapping_file", ["toml"])
    if uploaded is None or uploaded.file_id == draft.upload:
        return
    try:
        written = kept(home, uploaded)
        try:
            mapping = read_mapping(written)
        finally:
            remove(written)
        grid = open_grid(path, mapping.options)
        try:
            header = tuple(grid.header)
        finally:
            grid.close()
        require_headers(mapping, header, path.name)
    except (ProximiteError, OSError) as problem:
        refused(problem)
        return
    _set(Draft(mapping, header, uploaded.file_id))
