"""What the tool may be asked, in plain words, and what it answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboard import format as fmt
from dashboard.components.labels import indicator_option
from dashboard.i18n import _, ngettext
from dashboard.scenario_page.searching import Search, Stage
from geodata.grids import may_enter
from geodata.package import Package
from geodata.scenarios.scenario import Answer, CandidateKind, Fairness, Proposal
from geodata.siting.solution import Problem, Progress, SolveStatus

MOST_SECONDS: Final = 300

_CLEAR_GAP: Final = 10.0
"""Relative gap above which a bound says nothing worth reading."""


def problem_words(problem: Problem) -> str:
    """Put a problem as a table would."""
    return {
        Problem.COVER_MOST: _("Rejoindre le plus de monde"),
        Problem.COVER_ALL: _("Rejoindre tout le monde avec le moins de points"),
        Problem.LEAST_MINUTES: _("Réduire les minutes de tous"),
        Problem.LEAST_FARTHEST: _("Ne laisser personne trop loin"),
        Problem.FAIREST: _("D'abord le groupe le moins bien servi"),
    }[problem]


def problem_help(problem: Problem) -> str:
    """Say what a problem looks for, and what it leaves out."""
    return {
        Problem.COVER_MOST: _(
            "Le plus de personnes à un lieu assez près. Les endroits peu peuplés passent après."
        ),
        Problem.COVER_ALL: _(
            "Le moins de points pour que chaque personne en ait un assez près ; dit qui ne peut pas l'avoir."
        ),
        Problem.LEAST_MINUTES: _("La plus petite somme des trajets. Les gens déjà proches comptent aussi."),
        Problem.LEAST_FARTHEST: _(
            "Le plus long trajet, le plus court possible. Un seul endroit peut décider de tout."
        ),
        Problem.FAIREST: _("La plus grande part servie dans le groupe qui en a le moins."),
    }[problem]


def candidates_words() -> Mapping[CandidateKind, str]:
    """Say where a new point may go."""
    return {
        CandidateKind.PUBLIC_BUILDINGS: _("Bâtiments publics existants"),
        CandidateKind.GRID: _("Partout où des gens vivent (grille)"),
    }


def fairness_words() -> Mapping[Fairness, str]:
    """Say among whom the worst-served group is looked for."""
    return {
        Fairness.MUNICIPALITIES: _("entre les municipalités"),
        Fairness.MILIEU: _("entre les milieux"),
        Fairness.GROUPS: _("entre les groupes d'âge et de situation"),
    }


def needs(package: Package) -> dict[str, str]:
    """Give the indicators that may weigh people, by identifier, with their titles."""
    return {
        name: indicator_option(indicator)
        for name, indicator in package.indicators.items()
        if may_enter(indicator) is None and not package.recall_of(name)
    }


def answer_words(proposal: Proposal, answer: Answer) -> list[str]:
    """Say what was found, how sure it is, and who cannot be reached."""
    count = len(answer.opened)
    opened = ngettext("{n} lieu proposé.", "{n} lieux proposés.", count).format(n=fmt.number(count))
    said = [
        opened if count else _("Aucun lieu de plus n'ajouterait quoi que ce soit à ceux qui existent."),
        status_words(answer),
    ]
    if answer.unreachable:
        said.append(
            ngettext(
                "{n} personne ne peut être rejointe par aucun emplacement possible.",
                "{n} personnes ne peuvent être rejointes par aucun emplacement possible.",
                round(answer.unreachable_people),
            ).format(n=fmt.number(answer.unreachable_people))
        )
    if proposal.problem is Problem.FAIREST and answer.objective == 0:
        said.append(
            _("Avec ce nombre de points, au moins un des groupes comparés n'a encore personne de servi.")
        )
    if answer.status is SolveStatus.INFEASIBLE and proposal.problem is Problem.LEAST_FARTHEST:
        said.append(
            _("Ce nombre de points ne suffit pas à rejoindre tout le monde ; ceux-ci en rejoignent le plus.")
        )
    return said


def status_words(answer: Answer) -> str:
    """Say how the search ended, in words that do not claim more than the solver."""
    near = _near(answer.gap)
    return {
        SolveStatus.OPTIMAL: _("Le calcul prouve qu'aucune autre réponse ne fait mieux."),
        SolveStatus.WITHIN_GAP: _("Le calcul s'est arrêté assez près du meilleur possible{near}."),
        SolveStatus.TIME_LIMIT: _("Le temps accordé est écoulé : c'est la meilleure réponse trouvée{near}."),
        SolveStatus.CANCELLED: _(
            "La recherche a été arrêtée : c'est la meilleure réponse trouvée jusque-là{near}."
        ),
        SolveStatus.INFEASIBLE: _(
            "Aucune réponse ne rejoint tout le monde ; celle-ci rejoint tous ceux qui peuvent l'être."
        ),
        SolveStatus.GREEDY: _("Premier aperçu, un lieu après l'autre{near}."),
    }[answer.status].format(near=near)


def _near(gap: float | None) -> str:
    if gap is None or gap > _CLEAR_GAP:
        return ""
    decimals = 1 if gap < 0.1 else 0
    return _(", à {gap} % au plus du meilleur possible").format(gap=fmt.number(100 * gap, decimals))


def progress_words(search: Search[Answer]) -> str:
    """Say how far a search is."""
    if search.stage is Stage.WAITING:
        return _("En attente d'une place : d'autres recherches sont en cours.")
    found = search.progress
    if found is None:
        return _("Recherche en cours…")
    return _("Recherche depuis {n} s{near}.").format(n=fmt.number(found.seconds), near=_so_far(found))


def _so_far(progress: Progress) -> str:
    known = progress.gap == progress.gap and progress.gap <= _CLEAR_GAP
    return _near(progress.gap) if known else ""
