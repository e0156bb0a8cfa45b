"""The search box and what it finds."""

from __future__ import annotations

import streamlit as st

from dashboard import address, data
from dashboard.components.html import line, show
from dashboard.components.labels import level_name, territory_name
from dashboard.i18n import _, current_language, ngettext, set_language
from dashboard.search import (
    CODE_LEVELS,
    MOST_RESULTS,
    SHORTEST_QUERY,
    Entry,
    around,
    codes_starting,
    find,
    postal_code,
    postal_prefix,
)
from dashboard.state import Offer, Selection
from geodata.model import Level
from geodata.package import Package

_TYPED = "search_text"
_CLEAR = "search_clear"


@st.fragment
def search_box(package: Package, selection: Selection, offer: Offer) -> None:
    """Draw the box and the list of what it finds; only this part is drawn again at each key.

    What is typed stays in the session: it is neither in the address nor in a log.
    """
    set_language(selection.language)
    if st.session_state.pop(_CLEAR, False):
        st.session_state[_TYPED] = ""
    typed = st.text_input(
        _("Chercher un territoire ou un code postal"),
        key=_TYPED,
        placeholder=_("Chercher : Hochelaga, MRC de Joliette, H1W 2C4…"),
        type="search",
        live="300ms",
        autocomplete="off",
        label_visibility="collapsed",
    ).strip()
    if len(typed) < SHORTEST_QUERY:
        return
    with st.container(key="results", gap=None):
        if postal_code(typed) or postal_prefix(typed):
            _postal_results(package, selection, offer, typed)
        else:
            _name_results(package, selection, offer, typed)


def _name_results(package: Package, selection: Selection, offer: Offer, typed: str) -> None:
    found = find(data.search_index(package), typed, prefer=selection.level)
    if not found:
        show(line(_("Rien trouvé sous ce nom. Essayez un mot du nom, une MRC, un CLSC ou un code postal.")))
    for entry in found:
        if st.button(_entry_label(package, entry), key=f"found-{entry.territory_id}", type="tertiary"):
            _go(offer, entry.level, entry.territory_id)


def _entry_label(package: Package, entry: Entry) -> str:
    name = entry.name_fr if current_language() == "fr" else entry.name_en
    parent = entry.parent_id if entry.parent_id in package.territories.index else None
    where = [level_name(entry.level)] + ([territory_name(package, parent)] if parent else [])
    return f"**{_plain(name)}** — {_plain(' · '.join(where))}"


def _postal_results(package: Package, selection: Selection, offer: Offer, typed: str) -> None:
    code = postal_code(typed)
    if code is None:
        _code_choices(package, postal_prefix(typed) or "")
    elif code not in package.postal_codes.index:
        show(line(_("Ce code postal n'est pas dans nos données : écrivez plutôt le nom du lieu.")))
    else:
        _territories_of(package, selection, offer, code)


def _territories_of(package: Package, selection: Selection, offer: Offer, code: str) -> None:
    area = str(package.postal_codes.at[code, "da_id"])
    rows = data.memberships(package, area)
    levels = dict.fromkeys([selection.level, *(level for level in CODE_LEVELS if level in offer.levels)])
    for level, territory in around(rows, area, {level: package.level(level).index for level in levels}):
        label = f"**{_plain(territory_name(package, territory))}** — {level_name(level)}"
        if st.button(label, key=f"found-{territory}", type="tertiary"):
            _go(offer, level, territory)
    show(
        line(
            _("Un code postal est placé par son point central : près d'une limite, vérifiez."), css="px-small"
        )
    )


def _code_choices(package: Package, prefix: str) -> None:
    codes, total = codes_starting(data.postal_codes(package), prefix, MOST_RESULTS)
    count = ngettext("{n} code postal commence ainsi.", "{n} codes postaux commencent ainsi.", total).format(
        n=total
    )
    show(line(count, css="px-small"))
    for code in codes:
        st.button(
            f"{code[:3]} {code[3:]}", key=f"code-{code}", type="tertiary", on_click=_type_code, args=(code,)
        )


def _type_code(code: str) -> None:
    st.session_state[_TYPED] = f"{code[:3]} {code[3:]}"


def _go(offer: Offer, level: Level, territory: str) -> None:
    address.write(address.read(offer).selection.at_level(level, offer, territory), offer)
    st.session_state[_CLEAR] = True
    st.rerun()


def _plain(name: str) -> str:
    """Keep Markdown from reading anything into a name."""
    return "".join(f"\\{c}" if c in "\\*_[]`~$#:<>" else c for c in name)
