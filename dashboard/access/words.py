"""How the page of access speaks: modes, engines, measures, numbers with their range."""

from __future__ import annotations

from typing import Final

import pandas as pd

from dashboard import format as fmt
from dashboard.i18n import _, text
from geodata.access.facts import Mode
from geodata.access.measure_words import MEASURES, MINUTES, Measure
from geodata.model import UNITS, Unit
from geodata.networks.graph import NetworkFacts
from geodata.text import Text

MINUTES_UNIT: Final = Unit("minutes", Text("min", "min"), 0)
KILOMETRES_UNIT: Final = Unit("kilometres", Text("km", "km"), 1)
_MILLION: Final = 1_000_000
_DECIMALS: Final = {
    Measure.COUNT: 1,
    Measure.PER_1000: 2,
    Measure.TWO_STEP: 2,
    Measure.ENHANCED: 2,
    Measure.THREE_STEP: 2,
    Measure.BALANCED: 2,
}


def mode_words(mode: Mode) -> str:
    """Name a way to go."""
    return {
        Mode.WALK: _("À pied"),
        Mode.DRIVE: _("En voiture"),
        Mode.TRANSIT: _("En transport collectif"),
    }[mode]


def engine_title(network: NetworkFacts | None) -> str:
    """Name what counts the minutes; null is the straight line."""
    if network is None:
        return _("À vol d'oiseau, allongé d'un détour")
    return _("Réseau : {name}").format(name=network.name)


def measure_title(measure: Measure) -> str:
    """Name a measure."""
    return text(MEASURES[measure].title)


def title_with_scale(measure: Measure) -> str:
    """Name a measure as its figures are printed."""
    named = measure_title(measure)
    return _("{measure}, en millionièmes").format(measure=named) if measure is Measure.BALANCED else named


def as_printed(table: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Give a table of ``at_level`` in the scale that is printed: a level by zone is a few millionths."""
    if measure is not Measure.BALANCED:
        return table
    figures = ["value", "low", "high"]
    return table.assign(**{name: table[name] * _MILLION for name in figures})


def unit_of(measure: Measure) -> Unit:
    """Give the unit of a measure as numbers are printed with it."""
    if measure is Measure.SHARE_WITHIN:
        return UNITS["percent"]
    if measure in MINUTES:
        return MINUTES_UNIT
    if measure is Measure.BALANCED:
        return Unit(measure.value, None, _DECIMALS[measure], ratio_scale=False)
    return Unit(measure.value, MEASURES[measure].unit, _DECIMALS[measure])


def ranged(low: float, high: float, unit: Unit) -> str:
    """Print the range that the travel model leaves: ``88,1 à 96,4 %``; nothing where there is none."""
    if fmt.is_missing(low) or fmt.is_missing(high) or fmt.bare(low, unit) == fmt.bare(high, unit):
        return ""
    return fmt.interval(min(low, high), max(low, high), unit)
