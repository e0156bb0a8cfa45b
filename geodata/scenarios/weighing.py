"""How much each area counts when the tool looks for places: people, or people × need."""

from __future__ import annotations

import pandas as pd

from geodata.package import Package
from geodata.scenarios.errors import ScenarioError
from geodata.scenarios.need import need_of
from geodata.scenarios.scenario import Proposal
from geodata.scenarios.scope import municipal
from geodata.scenarios.written import plain
from geodata.text import Text


def weights_of(package: Package, proposal: Proposal, people: pd.Series) -> tuple[pd.Series, tuple[Text, ...]]:
    """Give people × need by area, for those that are known, and what has to be said of the others.

    Parameters
    ----------
    people
        Of the question's group, above 0, by ``da_id``.

    Returns
    -------
    tuple
        ``weight`` float64 by ``da_id``, people × percentile / 100 (METHODS, « Where to place a service »),
        and sentences. No area whose need is not known is among them, nor any community, unless people
        alone count.

    Raises
    ------
    ScenarioError
        If all of them live in communities, or as ``need_of``.
    """
    if proposal.need is None:
        return people.rename("weight"), ()
    if len(people) and not municipal(package, people.index).any():
        raise ScenarioError(
            Text(
                "Une communauté des Premières Nations ou inuite n'entre pas dans un objectif fondé sur des "
                "besoins",
                "A First Nations or Inuit community enters no objective built on needs",
            ),
            hint=Text("ne pondérez pas, ou prenez un territoire plus large", "do not weigh, or look wider"),
        )
    need = need_of(package, proposal.need, people)
    weights = (people * need.percentile.reindex(people.index) / 100.0).dropna()
    communities = ~municipal(package, people.index)
    notices = []
    if communities.any():
        notices.append(
            Text(
                "Les communautés des Premières Nations et inuites n'entrent pas dans un objectif fondé sur "
                "des besoins ; leurs gens comptent dans l'avant et l'après.",
                "First Nations and Inuit communities enter no objective built on needs; their people count "
                "in before and after.",
            )
        )
    unknown = float(people[~communities & ~people.index.isin(weights.index)].sum())
    if unknown > 0:
        notices.append(
            Text(
                f"Personnes dont le besoin n'est pas connu, hors de l'objectif : {plain(unknown, 'fr')}.",
                f"People whose need is not known, outside the objective: {plain(unknown, 'en')}.",
            )
        )
    return weights.rename("weight"), tuple(notices)
