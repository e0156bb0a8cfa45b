"""Who is not ranked, and why: communities that govern themselves, territories that lack a figure."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.components.help_lines import steward
from dashboard.components.html import line, show, table, tag
from dashboard.components.html import words as plain
from dashboard.i18n import _, ngettext
from dashboard.narration.grammar import capital, listed
from dashboard.priorities import rows
from geodata.grids import Outcome
from geodata.model import Governance
from geodata.package import Package

MOST_NAMED: Final = 12


def aside(package: Package, found: Outcome) -> None:
    """Draw the territories without a rank, each with its reason."""
    communities, others = rows.communities(found), rows.set_aside(package, found)
    if not len(communities) and others.empty:
        return
    show(tag("h2", plain(_("Sans rang, et pourquoi")), css="px-section"))
    _communities(package, communities)
    _others(package, others)


def _communities(package: Package, communities: pd.Index) -> None:
    """Say to whom the data of a community belong; none of them is set in an order."""
    governed = package.territories.loc[communities, "governance"]
    for kind in Governance:
        names = rows.names_of(package, governed.index[governed == kind.value])
        if names.empty:
            continue
        notice = ngettext(
            "{names} : cette communauté se gouverne elle-même et ses données lui appartiennent (propriété, "
            "contrôle, accès, possession). Elle n'a ni score ni rang ici ; parlez à {steward}.",
            "{names} : ces communautés se gouvernent elles-mêmes et leurs données leur appartiennent "
            "(propriété, contrôle, accès, possession). Elles n'ont ni score ni rang ici ; parlez à "
            "{steward}.",
            len(names),
        ).format(names=_some(list(names)), steward=steward(kind))
        show(tag("div", line(notice), css="px-notice", role="note"))


def _others(package: Package, reasons: pd.Series) -> None:
    if reasons.empty:
        return
    said = ngettext(
        "{n} territoire n'a pas de score. Ce n'est ni un zéro ni un bon résultat : il lui manque un chiffre "
        "sûr.",
        "{n} territoires n'ont pas de score. Ce n'est ni un zéro ni un bon résultat : il leur manque un "
        "chiffre sûr.",
        len(reasons),
    ).format(n=fmt.number(len(reasons)))
    show(line(said))
    with st.expander(_("Voir lesquels, et pourquoi")):
        groups = sorted(reasons.groupby(reasons, sort=False), key=lambda group: -len(group[1]))
        cells = [
            (
                plain(capital(str(reason))),
                plain(fmt.number(len(rows_))),
                plain(_some(list(rows.names_of(package, rows_.index)))),
            )
            for reason, rows_ in groups
        ]
        headings = (_("Raison"), _("Territoires"), _("Lesquels"))
        show(table(_("Territoires sans score"), headings, cells))


def _some(names: list[str]) -> str:
    if len(names) <= MOST_NAMED:
        return listed(names)
    left = len(names) - MOST_NAMED
    more = ngettext("{n} autre", "{n} autres", left).format(n=fmt.number(left))
    return listed([*names[:MOST_NAMED], more])
