"""What the address says of the clusters, checked against the package."""

from __future__ import annotations

from enum import StrEnum

from dashboard.clustering import Question, can_be_finer, can_be_smoothed
from dashboard.link_words import ignored
from dashboard.links import asked
from dashboard.state import Offer
from geodata.model import Level
from geodata.package import Package
from geodata.text import Text

ON = "1"


class Name(StrEnum):
    """Names in the address bar."""

    LEVEL = "niveau"
    INDICATOR = "indicateur"
    PERIOD = "periode"
    SMOOTHED = "lissage"
    BEFORE = "avant"
    FINELY = "tirages"


def levels(offer: Offer) -> list[Level]:
    """List the levels that have several territories and figures."""
    return [level for level in offer.levels if level is not Level.PROVINCE and offer.indicators_at(level)]


def question(package: Package, offer: Offer) -> tuple[Question, list[Text]]:
    """Read what is asked; what these data do not hold is set aside, with a sentence."""
    notices: list[Text] = []
    wanted = asked(Name.LEVEL)
    level = next((known for known in levels(offer) if known.value == wanted), None)
    if wanted and level is None:
        notices.append(ignored(Text("Le niveau", "The level"), wanted))
    level = level or offer.first_level()
    wanted = asked(Name.INDICATOR)
    known = offer.indicators_at(level)
    if wanted and wanted not in known:
        notices.append(ignored(Text("L'indicateur", "The indicator"), wanted))
    name = wanted if wanted in known else offer.first_indicator(level)
    periods = package.indicators[name].periods
    period = asked(Name.PERIOD) if asked(Name.PERIOD) in periods else periods[0]
    smoothed = asked(Name.SMOOTHED) == ON and can_be_smoothed(
        package, level, package.indicators[name], period
    )
    finely = asked(Name.FINELY) == ON and can_be_finer(package, level)
    return Question(level, name, period, smoothed, asked(Name.BEFORE) != ON, finely), notices
