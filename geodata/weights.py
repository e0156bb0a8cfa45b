"""Weights of a table's indicators, from points to share out or from comparisons two by two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geodata.composite import normalised
from geodata.errors import SelectionError
from geodata.text import Text

MOST_INCONSISTENT: Final = 0.10
"""Consistency ratio above which Saaty asks to look at the comparisons again."""

RANDOM_INDEX: Final = (
    0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59,
)  # fmt: skip
"""Mean inconsistency of random comparisons of 1 to 15 things (Saaty 1980, table of the random index)."""


@dataclass(frozen=True, eq=False)
class PairwiseWeights:
    """Weights that follow from comparisons.

    Attributes
    ----------
    weights
        One a name, summing to 1.
    consistency_ratio
        0 where the comparisons agree with one another; 1 where they do no better than chance.
    hardest
        The pair whose answer is the furthest from what the weights say; null where all agree.
    """

    weights: pd.Series
    consistency_ratio: float
    hardest: tuple[str, str] | None

    @property
    def consistent(self) -> bool:
        """Whether the comparisons agree well enough to be used as they are."""
        return self.consistency_ratio <= MOST_INCONSISTENT


def from_points(points: Mapping[str, float]) -> pd.Series:
    """Turn points shared out among indicators into weights that sum to 1.

    Raises
    ------
    SelectionError
        If a number of points is negative or not a number, or all are zero.
    """
    return normalised(pd.Series(points, dtype=float), points)


def from_pairwise(comparisons: Mapping[tuple[str, str], float], names: Sequence[str]) -> PairwiseWeights:
    """Find the weights that agree best with comparisons two by two (Saaty's analytic hierarchy).

    The weights are the principal eigenvector of the matrix of answers; the consistency ratio is
    ``(λ − n) / (n − 1)`` over that of random answers.

    Parameters
    ----------
    comparisons
        How many times the first of a pair matters as the second, such as 3, or 1/3; a pair that was not
        compared counts as equal.
    names
        The 1 to 15 things compared, in the order of the result.

    Raises
    ------
    SelectionError
        If a pair names something else or one thing twice, is answered twice otherwise than by inverses,
        an answer is not a positive number, or there are more than 15 names.
    """
    if not names or len(names) > len(RANDOM_INDEX) or len(set(names)) < len(names):
        raise _refused(
            Text(
                f"On compare deux à deux de 1 à {len(RANDOM_INDEX)} indicateurs différents",
                f"From 1 to {len(RANDOM_INDEX)} different indicators can be compared two by two",
            ),
            ", ".join(names),
        )
    answers = _matrix(comparisons, list(names))
    values, vectors = np.linalg.eig(answers)
    first = int(np.argmax(values.real))
    vector = np.abs(vectors[:, first].real)
    shares = vector / vector.sum()
    size = len(names)
    inconsistency = max(0.0, (float(values[first].real) - size) / (size - 1)) if size > 2 else 0.0
    ratio = inconsistency / RANDOM_INDEX[size - 1] if size > 2 else 0.0
    return PairwiseWeights(
        pd.Series(shares, index=list(names), dtype=float), ratio, _hardest(answers, shares, list(names))
    )


_AGREES: Final = 1e-6


def _matrix(comparisons: Mapping[tuple[str, str], float], names: list[str]) -> np.ndarray:
    place = {name: i for i, name in enumerate(names)}
    answers = np.ones((len(names), len(names)))
    given = np.eye(len(names), dtype=bool)
    for (one, other), answer in comparisons.items():
        where = f"{one} / {other}"
        if one not in place or other not in place:
            raise _refused(
                Text(
                    "Une comparaison nomme un indicateur qui n'est pas choisi",
                    "A comparison names an indicator that is not chosen",
                ),
                where,
            )
        if not np.isfinite(answer) or answer <= 0:
            raise _refused(
                Text("Une comparaison n'est pas un nombre positif", "A comparison is not a positive number"),
                where,
            )
        i, j = place[one], place[other]
        if given[i, j] and not np.isclose(answers[i, j], answer):
            raise _refused(
                Text("Une comparaison se contredit elle-même", "A comparison contradicts itself"), where
            )
        answers[i, j], answers[j, i] = answer, 1 / answer
        given[i, j] = given[j, i] = True
    return answers


def _hardest(answers: np.ndarray, shares: np.ndarray, names: list[str]) -> tuple[str, str] | None:
    gap = np.abs(np.log(answers) - np.log(shares[:, None] / shares[None, :]))
    i, j = np.unravel_index(int(np.argmax(np.triu(gap, 1))), gap.shape)
    return (names[i], names[j]) if gap[i, j] > _AGREES else None


def _refused(what: Text, where: str) -> SelectionError:
    return SelectionError(
        what, where=where, hint=Text("revoyez les comparaisons", "look at the comparisons again")
    )
