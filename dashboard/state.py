"""What is chosen on the map page, and its form in the address bar.

The address is the only place where the choice lives: a page reads it, a widget writes it, a link restores it.
What a person types in the search box is not part of it, since it may be a home postal code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Self

from dashboard.i18n import DEFAULT_LANGUAGE, LANGUAGES
from dashboard.link_words import ignored, other_version, quoted
from dashboard.maps.classes import Method
from geodata.model import Level, ServiceCategory
from geodata.text import Language, Text


class Key(StrEnum):
    """Names in the address bar."""

    LEVEL = "niveau"
    INDICATOR = "indicateur"
    PERIOD = "periode"
    TERRITORY = "territoire"
    SERVICES = "services"
    METHOD = "classes"
    LANGUAGE = "lang"
    TABLE = "tableau"
    PACKAGE = "paquet"


FIRST_LEVELS: Final = (Level.MRC, Level.CLSC, Level.QUARTIER)
"""The three most used, which the page offers as buttons."""

OPENING_LEVELS: Final = (Level.CLSC, Level.MRC, Level.MUNICIPALITY)
"""Where the page opens: the first of these that the package has."""

HEALTH_LEVELS: Final = (Level.RSS, Level.RTS, Level.RLS, Level.CLSC)
HEALTH_FIRST: Final = ("age_65_plus_pct", "age_65_plus", "age_75_plus_pct")
OTHERS_FIRST: Final = (
    "cimd_situational_vulnerability_top_fifth_pct",
    "cimd_situational_vulnerability",
    "population",
)
OPEN_TABLE: Final = "1"


@dataclass(frozen=True)
class Offer:
    """What a package lets one choose; all that the address is checked against.

    Attributes
    ----------
    package_id
        First characters of the content hash.
    levels
        Levels with territories, in the domain's order.
    indicators
        Levels and periods of each indicator, in the catalogue's order.
    has_territory
        Whether a level holds an identifier.
    """

    package_id: str
    levels: tuple[Level, ...]
    indicators: Mapping[str, tuple[frozenset[Level], tuple[str, ...]]]
    has_territory: Callable[[Level, str], bool]

    def indicators_at(self, level: Level) -> list[str]:
        """List the indicators that exist at a level, in the catalogue's order."""
        return [name for name, (levels, _) in self.indicators.items() if level in levels]

    def first_level(self) -> Level:
        """Give the level on which the page opens."""
        return next((level for level in OPENING_LEVELS if level in self.levels), self.levels[0])

    def first_indicator(self, level: Level) -> str:
        """Give the indicator on which a level opens: the first preference that exists there."""
        present = self.indicators_at(level)
        wanted = HEALTH_FIRST + OTHERS_FIRST if level in HEALTH_LEVELS else OTHERS_FIRST + HEALTH_FIRST
        known = next((name for name in wanted if name in present), None)
        return known or (present[0] if present else "")

    def first_period(self, indicator: str) -> str:
        """Give the period on which an indicator opens."""
        periods = self.indicators[indicator][1] if indicator in self.indicators else ()
        return periods[0] if periods else ""


@dataclass(frozen=True)
class Selection:
    """Everything that decides what the map page shows.

    ``indicator`` and ``period`` are empty only at a level where the package has no indicator.
    """

    level: Level
    indicator: str
    period: str
    territory: str | None = None
    services: frozenset[ServiceCategory] = field(default_factory=frozenset)
    method: Method = Method.QUANTILES
    language: Language = DEFAULT_LANGUAGE
    table: bool = False

    @classmethod
    def opening(cls, offer: Offer, language: Language = DEFAULT_LANGUAGE) -> Self:
        """Give what a person sees who comes without a link."""
        level = offer.first_level()
        indicator = offer.first_indicator(level)
        return cls(level, indicator, offer.first_period(indicator), language=language)

    def at_level(self, level: Level, offer: Offer, territory: str | None = None) -> Selection:
        """Change level; the indicator stays where it exists there, else the level's own is taken."""
        moved = replace(self, level=level, territory=territory)
        if self.indicator in offer.indicators_at(level):
            return moved
        return moved.about(offer.first_indicator(level), offer)

    def about(self, indicator: str, offer: Offer) -> Selection:
        """Change indicator; the period stays where the new one has it."""
        periods = offer.indicators[indicator][1] if indicator in offer.indicators else ()
        period = self.period if self.period in periods else offer.first_period(indicator)
        return replace(self, indicator=indicator, period=period)


@dataclass(frozen=True)
class Reading:
    """A selection read from an address, and what had to be left aside."""

    selection: Selection
    notices: tuple[Text, ...] = ()


def to_query(selection: Selection, package_id: str) -> dict[str, str]:
    """Write a selection as the address bar holds it; what is not chosen is left out."""
    pairs = {
        Key.LEVEL: selection.level.value,
        Key.INDICATOR: selection.indicator,
        Key.PERIOD: selection.period,
        Key.TERRITORY: selection.territory or "",
        Key.SERVICES: ".".join(c.value for c in ServiceCategory if c in selection.services),
        Key.METHOD: selection.method.value,
        Key.LANGUAGE: selection.language,
        Key.TABLE: OPEN_TABLE if selection.table else "",
        Key.PACKAGE: package_id,
    }
    return {key.value: value for key, value in pairs.items() if value}


def read_language(query: Mapping[str, str]) -> Language:
    """Give the language of an address, French where it names none that we speak."""
    return next((code for code in LANGUAGES if code == query.get(Key.LANGUAGE)), DEFAULT_LANGUAGE)


def from_query(query: Mapping[str, str], offer: Offer) -> Reading:
    """Read a selection from an address; never raises.

    Parameters
    ----------
    query
        Pairs as they come, possibly from another version of the data or typed by hand.
    offer
        What this package lets one choose.

    Returns
    -------
    Reading
        A selection that the package can show, with one calm sentence for each thing left aside.
    """
    notices: list[Text] = []
    selection = Selection.opening(offer, read_language(query))
    selection = _read_level(selection, query, offer, notices)
    selection = _read_indicator(selection, query, offer, notices)
    selection = _read_territory(selection, query, offer, notices)
    selection = _read_display(selection, query, notices)
    return Reading(selection, tuple(other_version(query.get(Key.PACKAGE, ""), offer.package_id) + notices))


def _read_level(
    selection: Selection, query: Mapping[str, str], offer: Offer, notices: list[Text]
) -> Selection:
    asked = query.get(Key.LEVEL, "")
    if not asked:
        return selection
    level = next((level for level in offer.levels if level.value == asked), None)
    if level is None:
        notices.append(ignored(Text("Le niveau", "The level"), asked))
        return selection
    return selection.at_level(level, offer).about(offer.first_indicator(level), offer)


def _read_indicator(
    selection: Selection, query: Mapping[str, str], offer: Offer, notices: list[Text]
) -> Selection:
    asked = query.get(Key.INDICATOR, "")
    if asked and asked not in offer.indicators:
        notices.append(ignored(Text("L'indicateur", "The indicator"), asked))
    elif asked and asked not in offer.indicators_at(selection.level):
        notices.append(_absent_here(asked))
    elif asked:
        selection = selection.about(asked, offer)
    period = query.get(Key.PERIOD, "")
    if selection.indicator and period in offer.indicators[selection.indicator][1]:
        return replace(selection, period=period)
    if period:
        notices.append(_period_left_aside(period))
    return selection


def _read_territory(
    selection: Selection, query: Mapping[str, str], offer: Offer, notices: list[Text]
) -> Selection:
    asked = query.get(Key.TERRITORY, "")
    if not asked:
        return selection
    if offer.has_territory(selection.level, asked):
        return replace(selection, territory=asked)
    notices.append(ignored(Text("Le territoire", "The territory"), asked))
    return selection


def _read_display(selection: Selection, query: Mapping[str, str], notices: list[Text]) -> Selection:
    by_word = {category.value: category for category in ServiceCategory}
    words = [word for word in query.get(Key.SERVICES, "").split(".") if word]
    for word in words:
        if word not in by_word:
            notices.append(ignored(Text("La catégorie de services", "The service category"), word))
    method = query.get(Key.METHOD, "") or Method.QUANTILES.value
    if method not in {known.value for known in Method}:
        notices.append(ignored(Text("Le découpage en classes", "The class method"), method))
        method = Method.QUANTILES.value
    language = query.get(Key.LANGUAGE, "")
    if language and language not in LANGUAGES:
        notices.append(ignored(Text("La langue", "The language"), language))
    return replace(
        selection,
        services=frozenset(by_word[word] for word in words if word in by_word),
        method=Method(method),
        table=query.get(Key.TABLE) == OPEN_TABLE,
    )


def _absent_here(asked: str) -> Text:
    said = quoted(asked)
    return Text(
        f"L'indicateur {said.fr} du lien n'existe pas à ce niveau ; la page en montre un autre.",
        f"The indicator {said.en} of the link does not exist at this level; the page shows another one.",
    )


def _period_left_aside(asked: str) -> Text:
    said = quoted(asked)
    return Text(
        f"La période {said.fr} du lien n'existe pas pour ce que la page montre ; elle est laissée de côté.",
        f"The period {said.en} of the link does not exist for what the page shows; it is left aside.",
    )
