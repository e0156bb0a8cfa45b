"""What a scenario changes for people: who gains a service, who loses it, how many minutes are saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geodata.access.facts import CostFacts
from geodata.aggregate import assert_conserved
from geodata.scenarios.applying import Applied
from geodata.text import Text

CLOSURE_SENTENCE: Final = Text(
    "Ce scénario ne justifie pas une fermeture", "This scenario does not justify a closure"
)
"""Printed with every scenario in which a place closes."""

COUNTS: Final = (
    "people", "within_before", "within_after", "gained", "lost", "person_minutes_saved", "reached_both",
    "newly_reached", "no_longer_reached",
)  # fmt: skip
"""Sums of people, and of people × minutes, that may be added over areas."""


@dataclass(frozen=True, eq=False)
class Change:
    """The difference between before and after.

    Attributes
    ----------
    group
        Whose access: the question's group.
    areas
        By ``da_id``: ``milieu, governance``, ``threshold`` (minutes), ``minutes_before, minutes_after`` to
        the nearest place (null: out of reach), ``site_before, site_after``, ``within_before, within_after``
        (bool), ``change`` (``lost, gained, farther, closer, same, out_of_reach, unknown``) and ``people`` of
        the question's group (null where not known). With a measure of level of service, also
        ``value_before, value_after``.
    total
        One row of ``COUNTS`` for the question's group, with ``share_before, share_after`` (0 to 1),
        ``mean_minutes_saved`` over the people in reach both times, and ``gained_low, gained_high, lost_low,
        lost_high``: the same if all trips were shorter or longer by the doubt of their engine. With a
        shared supply (2SFCA and its kin), also ``value_before, value_after``, means by person.
    groups, milieus
        The same columns, without ranges, by group (with ``coverage`` and ``estimated``) and, for the
        question's group, by milieu.
    worst_before, worst_after
        The group with the smallest share within reach, and that share; null where there is none.
    people
        People by area × group, null where not known, times the share of the area in the scope.
    applied
        The places before and after.
    facts, cutoff_minutes
        How trips were computed, and up to how long: beyond, a place is out of reach.
    notices
        What a reader has to know besides, sentences.
    """

    group: str
    areas: pd.DataFrame
    total: pd.Series
    groups: pd.DataFrame
    milieus: pd.DataFrame
    worst_before: tuple[str, float] | None
    worst_after: tuple[str, float] | None
    people: pd.DataFrame
    applied: Applied
    facts: CostFacts
    cutoff_minutes: float | None = None
    notices: tuple[Text, ...] = ()

    @property
    def closes(self) -> bool:
        """Whether a place closes: losses are then said first, with ``CLOSURE_SENTENCE``."""
        return bool(self.applied.closed)


def difference(areas: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """Give what changes in each area, as numbers that add up.

    Parameters
    ----------
    areas
        As ``Change.areas``.
    people
        By ``da_id``; null where not known, and then counted nowhere.

    Returns
    -------
    pandas.DataFrame
        ``COUNTS``, float64, by ``da_id``; all null where the people or their trips are not known.
    """
    count = people.reindex(areas.index).astype(float).where(areas["change"].ne("unknown"))
    before, after = areas["within_before"], areas["within_after"]
    reached_before, reached_after = areas["minutes_before"].notna(), areas["minutes_after"].notna()
    both = reached_before & reached_after
    saved = (areas["minutes_before"] - areas["minutes_after"]).where(both, 0.0)
    return pd.DataFrame(
        {
            "people": count,
            "within_before": count * before,
            "within_after": count * after,
            "gained": count * (after & ~before),
            "lost": count * (before & ~after),
            "person_minutes_saved": count * saved,
            "reached_both": count * both,
            "newly_reached": count * (reached_after & ~reached_before),
            "no_longer_reached": count * (reached_before & ~reached_after),
        },
        index=areas.index,
    )


def summed(counts: pd.DataFrame, where: str) -> pd.Series:
    """Add up counts of areas, and derive shares and means.

    Raises
    ------
    ConservationError
        If people gained less people lost is not what is within reach after less before.
    """
    total = counts[list(COUNTS)].sum()
    assert_conserved(
        float(total["gained"] - total["lost"]), float(total["within_after"] - total["within_before"]), where
    )
    return with_shares(total.to_frame().T).iloc[0]


def with_shares(sums: pd.DataFrame) -> pd.DataFrame:
    """Add ``share_before, share_after, mean_minutes_saved`` to rows of counts; null where nobody is there."""
    people = sums["people"].where(sums["people"] > 0)
    both = sums["reached_both"].where(sums["reached_both"] > 0)
    return sums.assign(
        share_before=sums["within_before"] / people,
        share_after=sums["within_after"] / people,
        mean_minutes_saved=sums["person_minutes_saved"] / both,
    )


def by_key(counts: pd.DataFrame, key: pd.Series, where: str) -> pd.DataFrame:
    """Add up counts of areas by a key that each area has once.

    Raises
    ------
    ConservationError
        If the parts do not add up to the whole.
    """
    parts = counts.groupby(key.reindex(counts.index), sort=False)[list(COUNTS)].sum()
    whole = counts[list(COUNTS)].sum()
    for name in COUNTS:
        assert_conserved(float(whole[name]), float(parts[name].sum()), f"{where}, {name}")
    return with_shares(parts)


def kind_of_change(areas: pd.DataFrame, unknown: pd.Index) -> pd.Series:
    """Name what happens in each area; who loses comes before who gains."""
    before, after = areas["minutes_before"], areas["minutes_after"]
    lost = areas["within_before"] & ~areas["within_after"]
    gained = areas["within_after"] & ~areas["within_before"]
    farther = (after > before + _NOTHING) | (before.notna() & after.isna())
    closer = (after < before - _NOTHING) | (before.isna() & after.notna())
    named = np.select(
        [areas.index.isin(unknown), lost, gained, farther, closer, before.isna() & after.isna()],
        ["unknown", "lost", "gained", "farther", "closer", "out_of_reach"],
        "same",
    )
    return pd.Series(named, index=areas.index, dtype=object)


_ALIKE: Final = 1e-9
"""Difference of two shares under which they are the same, but for the last digits."""

_NOTHING: Final = 1e-9
"""Minutes under which two trips are the same, but for the last digits."""


def mean_values(areas: pd.DataFrame, people: pd.Series) -> dict[str, float]:
    """Give the mean by person of a level of service that may be averaged; empty where there is none."""
    found = {}
    for name in ("value_before", "value_after"):
        if name in areas:
            known = people.where(areas[name].notna(), 0.0).fillna(0.0)
            total = float(known.sum())
            found[name] = (
                float((areas[name].fillna(0.0) * known).sum()) / total if total > 0 else float("nan")
            )
    return found


def worst_served(groups: pd.DataFrame, column: str) -> tuple[str, float] | None:
    """Give the group of which the smallest share is within reach; the first of equals."""
    shares = groups[column].dropna()
    if shares.empty:
        return None
    least = float(shares.min())
    # Groups that are spread alike have the same share, but for the last digits.
    first = shares.index[(shares <= least + _ALIKE).to_numpy()][0]
    return str(first), least


def ranges(areas: pd.DataFrame, people: pd.Series, doubt: float) -> dict[str, float]:
    """Count who gains and who loses if every trip were shorter or longer by the doubt of its engine.

    One doubt for all trips at once: what a wrong speed or detour would do, not the noise of single trips.
    """
    counted = difference(areas, people)
    found = {name: [float(counted[name].sum())] for name in ("gained", "lost")}
    for factor in (1.0 - doubt, 1.0 + doubt):
        moved = areas.assign(
            within_before=(areas["minutes_before"] * factor <= areas["threshold"] + _NOTHING),
            within_after=(areas["minutes_after"] * factor <= areas["threshold"] + _NOTHING),
        )
        counts = difference(moved, people)
        for name, values in found.items():
            values.append(float(counts[name].sum()))
    return {
        f"{name}_{end}": pick(values)
        for name, values in found.items()
        for end, pick in (("low", min), ("high", max))
    }
