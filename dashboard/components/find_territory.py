"""A search for one territory, on the pages where there is no map to touch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from dashboard import data
from dashboard.components.html import line, show
from dashboard.components.labels import level_name, territory_name
from dashboard.i18n import _, current_language, set_language
from dashboard.search import MOST_RESULTS, SHORTEST_QUERY, Entry, find
from geodata.model import Level
from geodata.package import Package
from geodata.text import Language

_MARKDOWN: Final = "\\*_[]`~$#:<>"


def find_territory(
    package: Package, label: str, key: str, pick: Callable[[str], None], prefer: Level | None = None
) -> None:
    """Draw a search box and, below it, what it finds; a choice empties the box.

    Parameters
    ----------
    label
        Words above the box.
    key
        Tells this box from the others of the page.
    pick
        Told of the territory chosen, before the page is drawn again.
    prefer
        Level whose territories come first among equals.
    """
    _box(package, label, key, pick, prefer, current_language())


@st.fragment
def _box(
    package: Package,
    label: str,
    key: str,
    pick: Callable[[str], None],
    prefer: Level | None,
    language: Language,
) -> None:
    set_language(language)
    if st.session_state.pop(f"{key}-clear", False):
        st.session_state[key] = ""
    typed = st.text_input(
        label,
        key=key,
        placeholder=_("Chercher : Hochelaga, MRC de Joliette, CLSC…"),
        type="search",
        live="300ms",
        autocomplete="off",
    ).strip()
    if len(typed) < SHORTEST_QUERY:
        return
    found = find(data.search_index(package), typed, prefer=prefer, limit=MOST_RESULTS)
    if not found:
        show(line(_("Rien trouvé sous ce nom. Essayez un mot du nom, une MRC ou un CLSC.")))
    with st.container(key=f"{key}-found", gap=None):
        for entry in found:
            if st.button(
                _entry_label(package, entry), key=f"{key}-found-{entry.territory_id}", type="tertiary"
            ):
                st.session_state[f"{key}-clear"] = True
                pick(entry.territory_id)
                st.rerun()


def _entry_label(package: Package, entry: Entry) -> str:
    name = entry.name_fr if current_language() == "fr" else entry.name_en
    parent = entry.parent_id if entry.parent_id in package.territories.index else None
    where = [level_name(entry.level)] + ([territory_name(package, parent)] if parent else [])
    return f"**{plain(name)}** — {plain(' · '.join(where))}"


def plain(name: str) -> str:
    """Keep Markdown from reading anything into a name."""
    return "".join(f"\\{c}" if c in _MARKDOWN else c for c in name)
