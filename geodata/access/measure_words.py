"""The measures of access by name, unit and direction."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from geodata.text import Text


class Measure(StrEnum):
    """What is measured of access."""

    SHARE_WITHIN = "share_within"
    NEAREST_1 = "nearest_1"
    NEAREST_3 = "nearest_3"
    COUNT = "count"
    PER_1000 = "per_1000"
    TWO_STEP = "two_step"
    ENHANCED = "enhanced"
    THREE_STEP = "three_step"
    BALANCED = "balanced"


FLOATING: Final = frozenset({Measure.TWO_STEP, Measure.ENHANCED, Measure.THREE_STEP, Measure.BALANCED})
"""Those of the floating catchment family, which share the supply of each place among its people."""

MINUTES: Final = frozenset({Measure.NEAREST_1, Measure.NEAREST_3})


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """What a reader has to know of a measure.

    Attributes
    ----------
    title, unit, how
        Name; unit of its values; how it is computed, in a sentence.
    higher_is_nearer
        Whether a higher value is better access.
    scale
        What a value by person, or a share, is multiplied by to be in ``unit``.
    """

    title: Text
    unit: Text
    how: Text
    higher_is_nearer: bool = True
    scale: float = 1.0


_PER_10000: Final = Text("pour 10\u202f000 personnes", "per 10,000 people")
_MINUTES: Final = Text("minutes", "minutes")

MEASURES: Final[dict[Measure, MeasureFacts]] = {
    Measure.SHARE_WITHIN: MeasureFacts(
        Text("Part des gens qui ont un lieu assez près", "Share of people with a place near enough"),
        Text("%", "%"),
        Text(
            "Les gens dont le lieu le plus proche est dans le seuil de leur milieu, sur tous les gens.",
            "People whose nearest place is within the threshold of their milieu, over all people.",
        ),
        scale=100.0,
    ),
    Measure.NEAREST_1: MeasureFacts(
        Text("Temps jusqu'au lieu le plus proche", "Time to the nearest place"),
        _MINUTES,
        Text(
            "Moyenne par personne parmi les gens qui ont un lieu à portée\u00a0; les autres sont comptés à "
            "part.",
            "Mean by person among people with a place in reach; the others are counted apart.",
        ),
        higher_is_nearer=False,
    ),
    Measure.NEAREST_3: MeasureFacts(
        Text("Temps jusqu'au troisième lieu le plus proche", "Time to the third nearest place"),
        _MINUTES,
        Text(
            "Moyenne par personne parmi les gens qui ont trois lieux à portée\u00a0; les autres sont comptés "
            "à part.",
            "Mean by person among people with three places in reach; the others are counted apart.",
        ),
        higher_is_nearer=False,
    ),
    Measure.COUNT: MeasureFacts(
        Text("Nombre de lieux assez près", "Number of places near enough"),
        Text("lieux", "places"),
        Text(
            "Lieux dans le seuil de chaque milieu, en moyenne par personne.",
            "Places within the threshold of each milieu, on average by person.",
        ),
    ),
    Measure.PER_1000: MeasureFacts(
        Text("Lieux dans le territoire et ses abords", "Places in the territory and around it"),
        Text("pour 1\u202f000 personnes", "per 1,000 people"),
        Text(
            "Lieux dans le territoire ou à moins de la distance choisie de sa limite, par "
            "1\u202f000 personnes du territoire\u00a0; aucun déplacement n'est calculé.",
            "Places in the territory or within the chosen distance of its border, per 1,000 people of the "
            "territory; no travel is computed.",
        ),
        scale=1000.0,
    ),
    Measure.TWO_STEP: MeasureFacts(
        Text("Offre à portée, partagée (2SFCA)", "Supply in reach, shared (2SFCA)"),
        _PER_10000,
        Text(
            "L'offre de chaque lieu est partagée entre les gens qui l'ont dans leur seuil, puis additionnée.",
            "The supply of each place is shared among the people who have it within their threshold, then "
            "added up.",
        ),
        scale=10_000.0,
    ),
    Measure.ENHANCED: MeasureFacts(
        Text(
            "Offre à portée, le proche comptant plus (E2SFCA)", "Supply in reach, nearer counts more (E2SFCA)"
        ),
        _PER_10000,
        Text(
            "Comme l'offre partagée, avec un poids qui baisse par paliers de minutes.",
            "As the shared supply, with a weight that falls by steps of minutes.",
        ),
        scale=10_000.0,
    ),
    Measure.THREE_STEP: MeasureFacts(
        Text("Offre à portée, les gens choisissant (3SFCA)", "Supply in reach, people choosing (3SFCA)"),
        _PER_10000,
        Text(
            "Comme la précédente, la demande de chacun étant répartie entre les lieux à sa portée.",
            "As the one before, the demand of each person being split among the places in reach.",
        ),
        scale=10_000.0,
    ),
    Measure.BALANCED: MeasureFacts(
        Text("Niveau de service par zone (BFCA)", "Level of service by zone (BFCA)"),
        Text("niveau de service par zone", "level of service by zone"),
        Text(
            "Offre et demande réparties sans être gonflées (Páez). Dépend du nombre de zones\u00a0: ce n'est "
            "pas un nombre par personne et il ne se compare pas d'un niveau à l'autre.",
            "Supply and demand shared out without inflation (Páez). Depends on the number of zones: it is "
            "no number by person and is not compared between levels.",
        ),
    ),
}
"""Every measure, in the order in which they are proposed."""
