"""The inputs of a siting question, checked once at the door."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.siting.errors import SitingError
from geodata.text import Text

_NEARLY: Final = 1.0 + 1e-9
"""A threshold equal to the cut-off, but for the last digits, is within it."""


def unique_ids(ids: Iterable[str], what: Text) -> pd.Index:
    """Give the ids as an index; refuse one that is given twice."""
    found = pd.Index(list(ids), dtype=object)
    if found.has_duplicates:
        raise SitingError(
            Text(f"{what.fr} est donné deux fois", f"{what.en} is given twice"),
            where=str(found[found.duplicated()][0]),
            hint=Text("gardez-le une fois", "keep it once"),
        )
    return found


def require_known(ids: pd.Index, known: pd.Index) -> None:
    """Refuse an id that the travel costs do not have."""
    strange = ids[~ids.isin(known)]
    if len(strange):
        raise SitingError(
            Text("un lieu n’est pas dans les temps de trajet", "a place is not in the travel times"),
            where=str(strange[0]),
            hint=Text("calculez d’abord les trajets vers ce lieu", "compute the trips to this place first"),
        )


def require_candidates(number: int, most: int) -> None:
    """Refuse no candidate, or too many."""
    if number == 0:
        raise SitingError(
            Text("aucun emplacement n’est proposé", "no place is proposed"),
            hint=Text("choisissez des bâtiments publics ou une grille", "choose public buildings or a grid"),
        )
    if number > most:
        raise SitingError(
            Text("trop d’emplacements sont proposés", "too many places are proposed"),
            where=str(number),
            hint=Text(
                f"prenez un territoire plus petit ou une grille plus large\u00a0: {most} au plus",
                f"choose a smaller territory or a wider grid: {most} at most",
            ),
        )


def checked_weights(weights: pd.Series, origins: pd.Index) -> NDArray[np.float64]:
    """Give the weights as float64[n]; refuse a null, a negative, an infinite, or nothing but zeros."""
    hint = Text("donnez à chaque lieu un nombre de 0 ou plus", "give each place a number of 0 or more")
    if not weights.index.is_unique:
        raise SitingError(
            Text("un lieu de demande est donné deux fois", "a demand place is given twice"),
            where=str(weights.index[weights.index.duplicated()][0]),
            hint=Text("gardez-le une fois", "keep it once"),
        )
    require_known(weights.index, origins)
    heavy = weights.to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~np.isfinite(heavy) | (heavy < 0)
    if wrong.any():
        raise SitingError(
            Text("un poids est vide, négatif ou infini", "a weight is empty, negative or infinite"),
            where=str(weights.index[wrong][0]),
            hint=hint,
        )
    if not heavy.any():
        raise SitingError(
            Text("personne ne compte dans cette question", "nobody counts in this question"),
            hint=Text(
                "choisissez un groupe ou un territoire qui a des habitants",
                "choose a group or a territory with people",
            ),
        )
    return heavy


def require_complete(incomplete: Sequence[str], demand: pd.Index) -> None:
    """Refuse demand whose trips were not computed: nothing says that it is out of reach."""
    missing = demand[demand.isin(incomplete)]
    if len(missing):
        raise SitingError(
            Text(
                "les trajets d’un lieu de demande n’ont pas été calculés",
                "the trips of a demand place were not computed",
            ),
            where=str(missing[0]),
            hint=Text(
                "reprenez le calcul des trajets\u00a0: ce lieu n’est pas hors de portée",
                "compute the trips again: this place is not out of reach",
            ),
        )


def checked_threshold(
    given: float | pd.Series | None, demand: pd.Index, cutoff: float | None
) -> NDArray[np.float64] | None:
    """Give float64[n] minutes; refuse what is not positive or longer than the trips that are known."""
    if given is None:
        return None
    if isinstance(given, pd.Series):
        limit = given.reindex(demand).to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        limit = np.full(len(demand), float(given))
    wrong = ~np.isfinite(limit) | (limit <= 0)
    if wrong.any():
        raise SitingError(
            Text("un seuil de temps est vide, nul ou négatif", "a time threshold is empty, zero or negative"),
            where=str(demand[wrong][0]) if isinstance(given, pd.Series) else str(given),
            hint=Text("donnez un nombre de minutes", "give a number of minutes"),
        )
    if cutoff is not None and limit.max() > cutoff * _NEARLY:
        raise SitingError(
            Text(
                "le seuil dépasse le temps jusqu’où les trajets sont connus",
                "the threshold is longer than the trips that are known",
            ),
            where=f"{limit.max():g} > {cutoff:g} min",
            hint=Text(
                "calculez les trajets plus loin ou baissez le seuil",
                "compute longer trips or lower the threshold",
            ),
        )
    return limit
