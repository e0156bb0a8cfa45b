"""The page of comparison once territories are chosen: what they are compared with, then one part."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.comparison import Against, Reference
from dashboard.components.against import against, likeness
from dashboard.components.comparer.ages_part import ages_part
from dashboard.components.comparer.caveats import caveats
from dashboard.components.comparer.change_part import change_part
from dashboard.components.comparer.choose import choose_indicators, choose_view
from dashboard.components.comparer.figures import figures
from dashboard.components.comparer.inside_part import inside_part
from dashboard.components.comparer.link import View, view_asked
from dashboard.components.regroupements.part import clusters_part
from dashboard.components.share import share_page
from geodata.package import Package


def body(package: Package, territories: Sequence[str]) -> None:
    """Draw the comparison of some territories, or a whole level where none is needed."""
    if view_asked() is not View.CLUSTERS:
        caveats(package, territories)
    view = choose_view()
    if view is View.CLUSTERS:
        clusters_part(package, territories)
    elif view is View.FIGURES:
        indicators, reference = _figures_choices(package, territories)
        figures(package, territories, indicators, reference)
    elif view is View.AGES:
        ages_part(package, territories)
    elif view is View.CHANGE:
        change_part(package, territories)
    else:
        inside_part(package, territories)
    share_page(package, "comparison")


def _figures_choices(package: Package, territories: Sequence[str]) -> tuple[list[str], Reference]:
    left, right = st.columns([1, 2], gap="medium")
    alone = len(territories) == 1
    with left:
        reference = against(
            package,
            territories[0],
            Against.QUEBEC if alone else Against.FIRST,
            more=() if alone else (Against.FIRST,),
            explain=False,
        )
    with right:
        indicators = choose_indicators(package, territories)
    likeness(package, territories[0], reference)
    return indicators, reference
