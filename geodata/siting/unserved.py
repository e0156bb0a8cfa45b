"""What to say when the worst-served group has nobody served: who, and how many sites it would take."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geodata.siting.words import listed
from geodata.text import Text


def nobody_served(
    names: Sequence[Text],
    gains: NDArray[np.float64],
    base: NDArray[np.float64],
    share: NDArray[np.float64],
    opened: int,
) -> Text | None:
    """Name the groups without anybody served, those that no site can serve apart.

    Parameters
    ----------
    names
        Of the g groups.
    gains
        float64[m, g], at least 0: what each candidate alone would serve of each group.
    base, share
        float64[g], share served by the existing sites, and by these with the proposed ones.
    opened
        New sites proposed.

    Returns
    -------
    Text or None
        Without its final period; null where each group has somebody served.
    """
    never = (base <= 0) & ~(gains > 0).any(axis=0)
    parts = [
        *_with_these(names, (share <= 0) & ~never, _enough(gains[:, (base <= 0) & ~never] > 0), opened),
        *_never([name for name, out in zip(names, never, strict=True) if out]),
    ]
    if not parts:
        return None
    return Text(". ".join(part.fr for part in parts), ". ".join(part.en for part in parts))


def _enough(serves: NDArray[np.bool_]) -> int:
    """Count sites, taken one after the other, that serve somebody of every group; fewer may do."""
    left, count = np.ones(serves.shape[1], dtype=bool), 0
    while left.any():
        left &= ~serves[int(serves[:, left].sum(axis=1).argmax())]
        count += 1
    return count


def _with_these(names: Sequence[Text], without: NDArray[np.bool_], enough: int, opened: int) -> list[Text]:
    who = [name for name, out in zip(names, without, strict=True) if out]
    if not who:
        return []
    named, many = listed(who), len(who)
    fr = "un des groupes comparés" if many == 1 else f"{many} des groupes comparés"
    en = "one of the groups compared" if many == 1 else f"{many} of the groups compared"
    more_fr = more_en = ""
    if enough > opened:
        more_fr = f"\u00a0; {enough} suffiraient pour que chaque groupe ait des gens servis"
        more_en = f"; {enough} would be enough for each group to have people served"
    return [
        Text(
            f"Avec ce nombre de sites, personne n’est servi dans {fr} ({named.fr}){more_fr}",
            f"With this number of sites, nobody is served in {en} ({named.en}){more_en}",
        )
    ]


def _never(names: Sequence[Text]) -> list[Text]:
    if not names:
        return []
    named = listed(names)
    return [
        Text(
            f"Groupes qu’aucun emplacement ne peut servir\u00a0: {named.fr}",
            f"Groups that no site can serve: {named.en}",
        )
    ]
