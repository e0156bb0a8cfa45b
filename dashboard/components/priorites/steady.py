"""Whether it holds: which weight matters most, what is counted twice."""

from __future__ import annotations

import streamlit as st

from dashboard import format as fmt
from dashboard.components.html import line, show, table, tag
from dashboard.components.html import words as plain
from dashboard.components.priorites import cached
from dashboard.i18n import _
from dashboard.priorities import words
from geodata.grids import Grid, Outcome
from geodata.package import Package


def steady(package: Package, grid: Grid, found: Outcome) -> None:
    """Draw what happens to the first places when a weight goes or doubles, and the repeated indicators."""
    sensitivity = cached.sensitivity_of(package, grid)
    show(
        tag("h2", plain(_("Est-ce que cela tient ?")), css="px-section"),
        line(words.which_matters(package, sensitivity, found.stability.top)),
    )
    double_counting(package, grid)
    headings = (
        _("Indicateur"),
        _("Poids"),
        _("Sans lui, quittent les premiers rangs"),
        _("Avec le double, quittent les premiers rangs"),
        _("Sans lui, ressemblance des deux ordres (Spearman)"),
    )
    cells = [
        (
            plain(f"{words.letter(n)} · {words.title_of(package, str(name))}"),
            plain(words.weight(row["weight"])),
            plain(fmt.number(row["moved_in_top"])),
            plain(fmt.number(row["moved_if_doubled"])),
            plain(fmt.number(row["spearman_without"], 2)),
        )
        for n, (name, row) in enumerate(sensitivity.iterrows())
    ]
    with st.expander(_("Le détail, poids par poids")):
        show(table(_("Ce que change chaque poids"), headings, cells))


def double_counting(package: Package, grid: Grid) -> None:
    """Warn of the indicators that say nearly the same thing."""
    found = cached.repeated_of(package, grid)
    if found:
        lines = [line(words.repeated(package, pair)) for pair in found]
        show(tag("div", *lines, css="px-notice", role="note"))
