"""How to begin, what is still needed, and an example that says it is one."""

from __future__ import annotations

import streamlit as st

from dashboard import format as fmt
from dashboard.components.html import line, show, tag
from dashboard.components.labels import level_in_sentence
from dashboard.components.priorites import place
from dashboard.i18n import _, ngettext
from dashboard.priorities.draft import Draft, empty
from dashboard.priorities.example import example
from dashboard.priorities.reading import Needed, Reading
from geodata.grids import FEWEST_PARTS, Grid
from geodata.package import Package


def how_to_begin(package: Package, reading: Reading) -> None:
    """Draw three sentences, and the example."""
    if reading.draft.grid.parts:
        return
    pieces = [
        line(_("Choisissez ensemble de 3 à 15 conditions de vie qui comptent pour vous.")),
        line(_("Dites combien chacune compte : la carte et les rangs suivent aussitôt.")),
        line(_("Regardez si le résultat tient quand les poids bougent, puis gardez la grille.")),
    ]
    show(tag("div", *pieces, css="px-card px-lead"))
    if example(package, reading.usable.level) is not None:
        st.button(
            _("Essayer avec un exemple"), key="priorities-example", on_click=_try_example, args=(package,)
        )


def example_notice(reading: Reading) -> None:
    """Say that what is shown is the example."""
    if reading.draft.example:
        said = _(
            "Ceci est un exemple, pas une recommandation : les indicateurs et les poids ont été pris pour "
            "montrer la page. Changez tout."
        )
        show(tag("div", line(said), css="px-notice", role="note"))


def still_needed(reading: Reading, last: Grid | None) -> None:
    """Say what is missing before a result, and whether the last one is kept on the screen."""
    if reading.needed is Needed.INDICATORS and reading.draft.grid.parts:
        missing = FEWEST_PARTS - len(reading.usable.parts)
        said = ngettext(
            "Il manque {n} indicateur, au niveau {level}, pour un résultat.",
            "Il manque {n} indicateurs, au niveau {level}, pour un résultat.",
            missing,
        ).format(n=fmt.number(missing), level=level_in_sentence(reading.usable.level))
        show(tag("div", line(said), css="px-notice", role="status"))
    if reading.needed is Needed.WEIGHTS:
        said = _(
            "Tous les poids sont à zéro : donnez du poids à au moins un indicateur, ou commencez avec des "
            "poids égaux."
        )
        kept = _("Le dernier résultat reste affiché, avec les poids qui l'ont fait.") if last else ""
        show(tag("div", line(said), line(kept), css="px-notice", role="status"))


def start_again(package: Package, reading: Reading) -> None:
    """Draw the button that empties the page; the link and the browser's history keep what was there."""
    if reading.draft.grid.parts:
        st.button(
            _("Recommencer"),
            key="priorities-reset",
            type="tertiary",
            on_click=place.change,
            args=(package, lambda draft: empty(draft.grid.level, package)),
        )


def _try_example(package: Package) -> None:
    def begin(draft: Draft) -> Draft:
        return example(package, draft.grid.level) or draft

    place.change(package, begin)
