"""What must be said before territories are set side by side."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.comparing.words import names_of
from dashboard.comparison import levels_of
from dashboard.components import help_lines
from dashboard.components.html import line, show, tag
from dashboard.components.labels import level_in_sentence
from dashboard.i18n import _
from dashboard.narration.grammar import capital
from dashboard.narration.names import phrase
from geodata.model import Governance
from geodata.package import Package
from geodata.schemas import PARENT_COLUMNS


def caveats(package: Package, territories: Sequence[str]) -> None:
    """Say whose data these are, that levels are mixed, and that one territory lies in another."""
    for name, kind in _communities(package, territories):
        notice = _(
            "{name} se gouverne : ces données lui appartiennent (propriété, contrôle, accès, possession). "
            "Avant de s'en servir, parlez à {steward}. Aucun rang ne lui est donné."
        ).format(name=name, steward=help_lines.steward(kind))
        show(tag("div", line(notice), css="px-notice", role="note"))
    said = [*_mixed(package, territories), *_nested(package, territories)]
    if said:
        show(tag("div", *(line(sentence) for sentence in said), css="px-notice", role="note"))


def _communities(package: Package, territories: Sequence[str]) -> list[tuple[str, Governance]]:
    kinds = {one: Governance(package.territories.at[one, "governance"]) for one in territories}
    names = names_of(package, territories)
    return [(names[one], kind) for one, kind in kinds.items() if kind is not Governance.NONE]


def _mixed(package: Package, territories: Sequence[str]) -> list[str]:
    levels = levels_of(package, territories)
    if len(levels) < 2:
        return []
    named = ", ".join(level_in_sentence(level) for level in levels)
    return [
        _(
            "Ces territoires sont de niveaux différents ({levels}) : un petit territoire s'éloigne plus "
            "facilement de la moyenne qu'un grand, et certains chiffres n'existent pas à tous les niveaux."
        ).format(levels=named)
    ]


def _nested(package: Package, territories: Sequence[str]) -> list[str]:
    said = []
    names = names_of(package, territories, phrase)
    for inner in territories:
        parents = set(package.territories.loc[inner, list(PARENT_COLUMNS)])
        for outer in territories:
            if outer != inner and outer in parents:
                said.append(
                    _("{inner} est dans {outer} : ses gens comptent dans les deux.").format(
                        inner=capital(names[inner]), outer=names[outer]
                    )
                )
    return said
