"""How the page of access speaks: modes, engines, measures, numbers with their range."""

from __future__ import annotations

from typing import Final

from dashboard import format as fmt
from dashboard.i18n import _, text
from geodata.access.facts import Mode
from geodata.access.measure_words import MEASURES, MINUTES, Measure
from geodata.model import UNITS, Unit
from geodata.networks.graph import NetworkFacts
from geodata.text import Text

MINUTES_UNIT: Final = Unit("minutes", Text("min", "min"), 0)
KILOMETRES_UNIT: Final = Unit("kilometres", Text("km", "km"), 1)
_DECIMALS: Final = {
    Measure.COUNT: 1,
    Measure.PER_1000: 2,
    Measure.TWO_STEP: 2,
    Measure.ENHANCED: 2,
    Measure.THREE_STEP: 2,
    Measure.BALANCED: 6,
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
