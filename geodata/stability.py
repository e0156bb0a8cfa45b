"""Whether a ranking holds when the weights move, and which weight moves it most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geodata.composite import normalised
from geodata.errors import SelectionError
from geodata.redrawing import Field, Ranks, among_first, dirichlet, ranks_of
from geodata.text import Text

DRAWS: Final = 1000
SEED: Final = 2021
CONCENTRATION: Final = 50.0
"""How close plausible weights stay to the chosen ones: the standard deviation of a weight ``w`` is
``√(w(1 − w)/51)``, so that 20 % mostly stays between 11 and 30 %."""

SHARE: Final = 0.90
RANK_CELLS: Final = 3_000_000
"""Scores of which whole ranks are kept, territories × draws; beyond, ranks are of fewer draws."""

_TOGETHER: Final = 500_000
"""Scores held at once: what stays near the processor."""


@dataclass(frozen=True, eq=False)
class Stability:
    """What becomes of each territory over plausible weights.

    Attributes
    ----------
    frame
        Indexed as the standardised values, null where a value is missing. ``top_share``: share of the
        draws around the chosen weights in which the territory is among the first ``top``;
        ``top_share_any``: the same over all weights alike. ``rank_low``, ``rank_median`` and
        ``rank_high`` (``Int64``, 1 is the highest score): the ranks between which it stays in 90 % of
        the draws around the chosen weights, widened where needed to hold the rank that the chosen
        weights give.
    top
        Number of first places looked at; never more than the territories that have a score.
    draws, rank_draws
        Draws of the shares, and those of them of which ranks were kept (fewer at many territories).
    seed, concentration
        What makes the draws the same again.
    """

    frame: pd.DataFrame
    top: int
    draws: int
    rank_draws: int
    seed: int
    concentration: float


def stability(
    standard: pd.DataFrame,
    weights: pd.Series,
    *,
    top: int,
    standard_error: pd.DataFrame | None = None,
    draws: int = DRAWS,
    concentration: float = CONCENTRATION,
    seed: int = SEED,
) -> Stability:
    """Rank again over weights drawn around the chosen ones, and over all weights (METHODS, composite).

    Around the chosen weights ``w`` the draws follow Dirichlet(``concentration``·w): a weight of 0 stays
    0, as the table has set that indicator aside. Over all weights they follow Dirichlet(1, …, 1) over
    every indicator of the list. Territories with the same score share the places that they hold.

    Parameters
    ----------
    standard
        Territory × indicator, from ``standardise``; a territory with a missing value takes no place.
    weights
        One a column, at least 0.
    top
        Number of first places.
    standard_error
        As ``standard``, from ``standardise_error``: values are then redrawn within their error too, each
        indicator apart. Null (unpublished) is not redrawn, and the ranges are then too narrow.
    draws, concentration, seed
        Number of draws, closeness to the chosen weights (positive), seed.

    Raises
    ------
    SelectionError
        If the weights are wrong (see ``normalised``), or ``top``, ``draws`` or ``concentration`` is not
        positive.
    """
    shares = normalised(weights, standard.columns).to_numpy()
    if top < 1 or draws < 1 or not 0 < concentration < np.inf:
        raise SelectionError(
            Text(
                "Le nombre de premiers rangs, de tirages ou la dispersion n'est pas positif",
                "The number of first places, of draws or the spread is not positive",
            ),
            where=f"{top}, {draws}, {concentration}",
            hint=Text("donnez un nombre de 1 ou plus", "give a number of 1 or more"),
        )
    scored = standard.notna().all(axis="columns").to_numpy()
    rank_draws = max(1, min(draws, RANK_CELLS // max(1, int(scored.sum()))))
    places = min(top, int(scored.sum()))
    frame = _empty(standard.index)
    if places:
        field = Field.of(standard, standard_error, scored)
        around, alike, noise = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(3))
        near = dirichlet(concentration * shares, draws, around)
        anywhere = dirichlet(np.ones(len(shares)), draws, alike)
        among, ranks = _simulate(field, (near, anywhere), places, rank_draws, noise)
        ranges = _ranges(ranks, ranks_of(field.scores(shares[None, :]), field.tolerance))
        frame.loc[scored, ["top_share", "top_share_any"]] = among.T
        frame.loc[scored, ["rank_low", "rank_median", "rank_high"]] = ranges
    return Stability(frame, places, draws, rank_draws, seed, concentration)


def sensitivity(standard: pd.DataFrame, weights: pd.Series, top: int) -> pd.DataFrame:
    """Say what removing or doubling each weight would change.

    Parameters
    ----------
    standard, weights, top
        As in ``stability``.

    Returns
    -------
    pandas.DataFrame
        Indexed by indicator, in the order of the columns. ``weight``: share of the sum.
        ``spearman_without``: rank correlation of the score with the one without that indicator;
        ``moved_in_top``: territories that leave the first ``top`` without it; ``spearman_doubled``,
        ``moved_if_doubled``: the same with twice its weight; ``rank_shift_doubled``: mean number of
        places by which a territory then moves. Null where nothing is left without it, or where
        correlation has no meaning.

    Raises
    ------
    SelectionError
        As ``stability``.
    """
    shares = normalised(weights, standard.columns)
    field = Field.of(standard, None, standard.notna().all(axis="columns").to_numpy())
    own, each = shares.to_numpy(), np.eye(len(shares))
    before = ranks_of(field.scores(own[None, :]), field.tolerance)
    without = _changes(field, before, own * (1 - each), top)
    doubled = _changes(field, before, own * (1 + each), top)
    return pd.DataFrame(
        {
            "weight": shares,
            "spearman_without": [change.spearman for change in without],
            "moved_in_top": pd.array([change.left_top for change in without], dtype="Int64"),
            "spearman_doubled": [change.spearman for change in doubled],
            "moved_if_doubled": pd.array([change.left_top for change in doubled], dtype="Int64"),
            "rank_shift_doubled": [change.mean_shift for change in doubled],
        },
        index=shares.index,
    )


def most_influential(found: pd.DataFrame) -> str | None:
    """Name the indicator whose removal or doubling changes the first places most.

    Parameters
    ----------
    found
        From ``sensitivity``. Equal numbers are told apart by the rank correlation.

    Returns
    -------
    str or None
        Null where no weight changes the first places.
    """
    moved = found[["moved_in_top", "moved_if_doubled"]].astype(float).fillna(0.0).max(axis=1)
    if not len(moved) or moved.max() == 0:
        return None
    lowest = found[["spearman_without", "spearman_doubled"]].min(axis=1).fillna(1.0)
    return str(
        pd.DataFrame({"moved": -moved, "r": lowest}).sort_values(["moved", "r"], kind="stable").index[0]
    )


@dataclass(frozen=True)
class _Change:
    """What another set of weights does to the ranks."""

    spearman: float = float("nan")
    left_top: int | None = None
    mean_shift: float = float("nan")


def _changes(field: Field, before: Ranks, weights: np.ndarray, top: int) -> list[_Change]:
    """Compare ranks with those of each row of weights; nothing to compare where a row is all zero."""
    changes = []
    for row in weights:
        if row.sum() == 0 or not field.values.shape[1]:
            changes.append(_Change())
            continue
        after = ranks_of(field.scores(row[None, :] / row.sum()), field.tolerance)
        left = int(((before[0] <= top) & (after[0] > top)).sum())
        shift = float(np.abs(after[0] - before[0]).mean())
        changes.append(_Change(_spearman(before, after), left, shift))
    return changes


def _simulate(
    field: Field,
    weights: tuple[np.ndarray, np.ndarray],
    top: int,
    rank_draws: int,
    noise: np.random.Generator,
) -> tuple[np.ndarray, Ranks]:
    """Give the shares of draws among the first, by set of weights, and the ranks over the first set.

    Both sets see the same errors, so that what parts their shares is the weights and not chance.
    """
    size, draws = field.values.shape[1], len(weights[0])
    among = np.zeros((2, size))
    first, last = (np.empty((rank_draws, size), dtype=np.int32) for _ in range(2))
    step = max(1, _TOGETHER // size)
    for start in range(0, draws, step):
        stop = min(start + step, draws)
        errors = field.errors(stop - start, noise)
        near, anywhere = (field.scores(kind[start:stop], errors) for kind in weights)
        among += [among_first(scores, top, field.tolerance) for scores in (near, anywhere)]
        if start < rank_draws:
            kept = slice(start, min(stop, rank_draws))
            first[kept], last[kept] = ranks_of(near[: kept.stop - start], field.tolerance)
    return among / draws, (first, last)


def _ranges(drawn: Ranks, own: Ranks) -> np.ndarray:
    """Give low, median and high ranks of shape (territories, 3), the own rank within."""
    first, last = np.sort(drawn[0], axis=0), np.sort(drawn[1], axis=0)
    tail = int(np.floor((1 - SHARE) / 2 * len(first)))
    low = np.minimum(first[tail], own[0][0])
    high = np.maximum(last[-1 - tail], own[1][0])
    middle = np.clip((first[len(first) // 2] + last[(len(last) - 1) // 2]) // 2, low, high)
    return np.column_stack([low, middle, high])


def _spearman(one: Ranks, other: Ranks) -> float:
    """Correlate middle ranks, equals sharing theirs; null where one of the two does not vary."""
    middle = [(first[0] + last[0]).astype(float) for first, last in (one, other)]
    if any(np.ptp(ranks) == 0 for ranks in middle):
        return float("nan")
    return float(np.corrcoef(middle)[0, 1])


def _empty(index: pd.Index) -> pd.DataFrame:
    shares = dict.fromkeys(("top_share", "top_share_any"), pd.Series(np.nan, index=index, dtype=float))
    ranks = dict.fromkeys(
        ("rank_low", "rank_median", "rank_high"), pd.Series(pd.NA, index=index, dtype="Int64")
    )
    return pd.DataFrame({**shares, **ranks}, index=index)
