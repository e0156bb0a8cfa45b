"""A question of access: what, how, for whom, and how near is near enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from geodata.access.costs import Mode
from geodata.access.errors import AccessError
from geodata.access.groups import EVERYONE
from geodata.access.measure_words import Measure
from geodata.access.thresholds import LONGEST_MINUTES, Thresholds
from geodata.text import Text

LOOKED_FOR: Final = 2.0
"""Pairs are looked for up to twice the longest threshold: what a threshold half as long again, and an
error of the model, may still bring in."""

BUFFER_KM: Final = 1.0


@dataclass(frozen=True)
class Question:
    """What a table wants to know.

    Attributes
    ----------
    kind
        Key of the taxonomy, or of a layer.
    mode, network_id
        How people travel, and by which network; without one, as the crow flies.
    group
        Whose access: a key of ``geodata.access.groups.GROUPS``.
    thresholds
        Minutes by milieu.
    measure
        What is measured.
    steps
        Decay of the enhanced and three-step measures: (inclusive upper minutes in the urban milieu, weight),
        stretched elsewhere as the thresholds are; METHODS' steps where empty.
    buffer_km
        How far around a territory ``Measure.PER_1000`` counts places.
    """

    kind: str
    mode: Mode = Mode.DRIVE
    group: str = EVERYONE
    thresholds: Thresholds = field(default_factory=Thresholds)
    measure: Measure = Measure.SHARE_WITHIN
    network_id: str = ""
    steps: tuple[tuple[float, float], ...] = ()
    buffer_km: float = BUFFER_KM

    def __post_init__(self) -> None:
        """Keep the steps in a form that may be compared and hashed, and check the distance."""
        steps = self.steps.items() if isinstance(self.steps, Mapping) else self.steps
        object.__setattr__(self, "steps", tuple((float(upper), float(weight)) for upper, weight in steps))
        if not 0 <= self.buffer_km <= 100:
            raise AccessError(
                Text(
                    f"Une distance de {self.buffer_km} km ne se peut pas",
                    f"A distance of {self.buffer_km} km is not possible",
                ),
                where="buffer_km",
                hint=Text("donnez de 0 à 100 km", "give 0 to 100 km"),
            )

    @property
    def decay(self) -> dict[float, float]:
        """Weight by inclusive upper minutes, in the urban milieu."""
        return dict(self.steps) or self.thresholds.steps(self.mode)


def cutoff_of(question: Question) -> float:
    """Give the minutes up to which places are looked for."""
    return min(LOOKED_FOR * question.thresholds.longest(question.mode), LOOKED_FOR * LONGEST_MINUTES)


def at_thresholds(question: Question, factor: float) -> Question:
    """Give the same question with all its thresholds, and its steps, multiplied."""
    steps = tuple((upper * factor, weight) for upper, weight in question.steps)
    return replace(question, thresholds=question.thresholds.scaled(factor), steps=steps)
