"""Sentences of an answer; the numbers of its fields are set by the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from geodata.siting.solution import Problem, SolveStatus
from geodata.text import Text

NAMED = 3
"""Places named in a sentence; the others are counted."""


def said(
    problem: Problem,
    status: SolveStatus,
    gap: float,
    opened: int,
    unreachable: Sequence[Text],
    more: Text | None,
) -> Text:
    """Say in a few sentences what was found, how sure it is, and who cannot be reached."""
    parts = [_opened(opened), *([more] if more else []), *_sure(problem, status, gap), *_left(unreachable)]
    return Text(" ".join(f"{part.fr}." for part in parts), " ".join(f"{part.en}." for part in parts))


def _opened(number: int) -> Text:
    if number == 0:
        return Text(
            "Aucun nouveau site n’ajouterait quoi que ce soit à ceux qui existent",
            "No new site would add anything to the existing ones",
        )
    if number == 1:
        return Text("Un nouveau site est proposé", "One new site is proposed")
    return Text(f"{number} nouveaux sites sont proposés", f"{number} new sites are proposed")


def _sure(problem: Problem, status: SolveStatus, gap: float) -> list[Text]:
    near = _within(gap)
    if status is SolveStatus.INFEASIBLE:
        fewer = Text(
            f"Il n’est pas prouvé que moins de sites ne suffiraient pas\u00a0: {near.fr}",
            f"It is not proven that fewer sites would not do: {near.en}",
        )
        return [_not_everyone(problem), *([fewer] if gap > 0 else [])]
    return [_how_sure(status, near)]


def _how_sure(status: SolveStatus, near: Text) -> Text:
    return {
        SolveStatus.OPTIMAL: Text(
            "Le calcul prouve qu’aucune autre réponse ne fait mieux",
            "The search proves that no other answer does better",
        ),
        SolveStatus.WITHIN_GAP: Text(
            f"Le calcul s’est arrêté assez près\u00a0: {near.fr}",
            f"The search stopped near enough: {near.en}",
        ),
        SolveStatus.TIME_LIMIT: Text(
            f"Le temps accordé est écoulé\u00a0: c’est la meilleure réponse trouvée, {near.fr}",
            f"The time given is over: this is the best answer found, {near.en}",
        ),
        SolveStatus.CANCELLED: Text(
            f"Le calcul a été arrêté\u00a0: c’est la meilleure réponse trouvée jusque-là, {near.fr}",
            f"The search was stopped: this is the best answer found so far, {near.en}",
        ),
        SolveStatus.GREEDY: Text(
            f"C’est un premier aperçu, un site après l’autre\u00a0: {near.fr}",
            f"This is a first view, one site after the other: {near.en}",
        ),
    }[status]


def _not_everyone(problem: Problem) -> Text:
    if problem is Problem.LEAST_FARTHEST:
        return Text(
            "Ce nombre de sites ne suffit pas pour tout le monde\u00a0; ceux-ci joignent le plus de gens",
            "This number of sites is not enough to reach everyone; these reach the most people",
        )
    return Text(
        "Aucune réponse ne dessert tout le monde\u00a0; celle-ci dessert tous ceux qui peuvent l’être",
        "No answer serves everyone; this one serves all those who can be served",
    )


def _within(gap: float) -> Text:
    if not np.isfinite(gap):
        return Text(
            "l’écart au meilleur possible n’est pas connu", "the gap to the best possible is not known"
        )
    number = "0,1" if gap < 0.001 else f"{100 * gap:.1f}".replace(".", ",")
    return Text(
        f"au plus {number}\u00a0% du meilleur possible",
        f"at most {number.replace(',', '.')}% from the best possible",
    )


def listed(names: Sequence[Text]) -> Text:
    """Name the first few; a name that comes several times comes once, with how many."""
    counted = list(Counter(names).items())
    more = ", …" if len(counted) > NAMED else ""
    said = [(name, f" ({count})" if count > 1 else "") for name, count in counted[:NAMED]]
    return Text(
        ", ".join(name.fr + many for name, many in said) + more,
        ", ".join(name.en + many for name, many in said) + more,
    )


def _left(unreachable: Sequence[Text]) -> list[Text]:
    if not unreachable:
        return []
    named = listed(unreachable)
    if len(unreachable) == 1:
        return [
            Text(
                f"Un lieu de demande est hors de portée de tout emplacement\u00a0: {named.fr}",
                f"One demand place is out of reach of every site: {named.en}",
            )
        ]
    number = len(unreachable)
    return [
        Text(
            f"{number} lieux de demande sont hors de portée de tout emplacement\u00a0: {named.fr}",
            f"{number} demand places are out of reach of every site: {named.en}",
        )
    ]
