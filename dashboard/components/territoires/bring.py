"""Bring a file: shapes, a list of codes, or a territory that another table shared."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import format as fmt
from dashboard import territories_shelf as shelf
from dashboard.components.html import line, show
from dashboard.components.organismes.messages import refused
from dashboard.components.organismes.uploader import uploader
from dashboard.components.territoires.link import Draft, Here, Way, set_draft
from dashboard.components.territoires.unknown import unknown_codes
from dashboard.i18n import _, ngettext
from dashboard.links import write
from etl.territory_codes import CodeList, decoded, read_codes
from etl.territory_files import ENDINGS, MOST_BYTES, BroughtShapes, chosen, read_shapes
from geodata.custom import CustomTerritory, from_json
from geodata.custom.definition import FORMAT
from geodata.errors import ProximiteError
from geodata.package import Package

_FILE = "territory_file"
_READ = "territory_file_read"
_COLUMN = "territory_file_column"
_ROWS = "territory_file_rows"
_LISTS: Final = ("csv", "txt")
_HEAD: Final = 400


@dataclass(frozen=True)
class Arrival:
    """A file that was read: what it holds, or why it cannot be."""

    file_id: str
    content: BroughtShapes | CodeList | CustomTerritory | ProximiteError
    name: str


def bring(package: Package) -> None:
    """Draw the box for a file, and make of it the territory being defined."""
    show(
        line(
            _(
                "Un contour (GeoJSON, GeoPackage, KML, shapefile dans un zip), une liste de codes (CSV ou "
                "texte : aires de diffusion, secteurs de recensement, municipalités), ou le fichier d'un "
                "territoire partagé par une autre table."
            )
        )
    )
    uploaded = uploader(_("Fichier du territoire"), _FILE, [*ENDINGS, *_LISTS], MOST_BYTES // 1_000_000)
    if uploaded is None:
        st.session_state.pop(_READ, None)
        set_draft(None)
        return
    arrival = _read(package, uploaded)
    content = arrival.content
    if isinstance(content, ProximiteError):
        set_draft(None)
        refused(content)
    elif isinstance(content, CustomTerritory):
        set_draft(None)
        _open(package, content)
    elif isinstance(content, CodeList):
        unknown_codes(content)
        set_draft(Draft(Way.FILE, members=content.members, name=arrival.name))
    else:
        _choose_shapes(content, arrival.name)


def _read(package: Package, uploaded: UploadedFile) -> Arrival:
    """Read a file once, however often the page is drawn."""
    known: Arrival | None = st.session_state.get(_READ)
    key = f"{uploaded.file_id}-{package.id}"
    if known is None or known.file_id != key:
        with st.spinner(_("Lecture du fichier…")):
            known = Arrival(key, _content(package, uploaded), Path(uploaded.name).stem[:60])
        st.session_state[_READ] = known
    return known


def _content(
    package: Package, uploaded: UploadedFile
) -> BroughtShapes | CodeList | CustomTerritory | ProximiteError:
    content = uploaded.getvalue()
    name = uploaded.name
    try:
        if FORMAT.encode() in content[:_HEAD]:
            return from_json(content, name)
        if Path(name).suffix.lower().removeprefix(".") in _LISTS:
            return read_codes(decoded(content, name), package.territories)
        with tempfile.TemporaryDirectory(prefix="proximite-") as folder:
            path = Path(folder) / f"brought-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
            path.write_bytes(content)
            return read_shapes(path, name)
    except ProximiteError as problem:
        return problem


def _choose_shapes(brought: BroughtShapes, name: str) -> None:
    """Let one choose among several shapes; one alone is taken as it is."""
    count = len(brought.shapes)
    rows = [0]
    if count > 1:
        said = ngettext("Ce fichier a {n} forme.", "Ce fichier a {n} formes.", count)
        show(line(said.format(n=fmt.number(count))))
        column = ""
        if brought.columns:
            column = st.selectbox(_("Colonne qui les nomme"), list(brought.columns), key=_COLUMN)
        names = brought.columns.get(column, ("",) * count)
        rows = st.multiselect(
            _("Formes à réunir en un seul territoire"),
            list(range(count)),
            format_func=lambda row: names[row] or _("forme {n}").format(n=fmt.number(row + 1)),
            key=_ROWS,
            placeholder=_("Choisissez une ou plusieurs formes"),
        )
        name = names[rows[0]] if len(rows) == 1 and names[rows[0]] else name
    if not rows:
        set_draft(None)
        return
    try:
        found = chosen(brought, rows)
    except ProximiteError as problem:
        set_draft(None)
        refused(problem)
        return
    set_draft(Draft(Way.FILE, shape=found.shape, remarks=found.remarks, name=name))


def _open(package: Package, territory: CustomTerritory) -> None:
    """Offer to keep a shared territory, just as it was."""
    show(line(_("Territoire partagé : {name}").format(name=territory.name.fr), css="px-lead"))
    if territory.package_id and territory.package_id[:8] != package.id[:8]:
        show(
            line(
                _(
                    "Il a été défini sur une autre version des données ; ses chiffres sont refaits "
                    "avec celles-ci et peuvent différer."
                )
            )
        )
    if st.button(_("Ouvrir ce territoire"), type="primary", key="open_shared"):
        try:
            kept = shelf.keep(territory)
        except ProximiteError as problem:
            refused(problem)
            return
        st.session_state.pop(_READ, None)
        write(Here.WAY, "")
        write(Here.TERRITORY, kept.id)
        st.rerun()
