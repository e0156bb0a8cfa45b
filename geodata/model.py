"""The words of the domain as types: level, territory, source, indicator, service."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

from geodata.text import Text


class Level(StrEnum):
    """A layer of territories, from Québec to the dissemination area."""

    PROVINCE = "province"
    REGION = "region"
    RSS = "rss"
    RTS = "rts"
    RLS = "rls"
    CLSC = "clsc"
    MRC = "mrc"
    MUNICIPALITY = "municipality"
    ARRONDISSEMENT = "arrondissement"
    QUARTIER = "quartier"
    TABLE = "table"
    CT = "ct"
    DA = "da"
    CUSTOM = "custom"


LEVEL_NAMES: Final[dict[Level, Text]] = {
    Level.PROVINCE: Text("Québec", "Québec"),
    Level.REGION: Text("Région administrative", "Administrative region"),
    Level.RSS: Text("Région sociosanitaire (RSS)", "Health region (RSS)"),
    Level.RTS: Text("Réseau territorial de services (RTS)", "Territorial service network (RTS)"),
    Level.RLS: Text("Réseau local de services (RLS)", "Local service network (RLS)"),
    Level.CLSC: Text("Territoire de CLSC", "CLSC territory"),
    Level.MRC: Text("MRC ou territoire équivalent", "RCM (MRC) or equivalent"),
    Level.MUNICIPALITY: Text("Municipalité", "Municipality"),
    Level.ARRONDISSEMENT: Text("Arrondissement ou ville liée", "Borough or linked city"),
    Level.QUARTIER: Text("Quartier", "Neighbourhood"),
    Level.TABLE: Text("Table de quartier", "Neighbourhood round table"),
    Level.CT: Text("Secteur de recensement", "Census tract"),
    Level.DA: Text("Aire de diffusion", "Dissemination area"),
    Level.CUSTOM: Text("Territoire sur mesure", "Custom territory"),
}


class Governance(StrEnum):
    """Who governs a community; ``none`` is the municipal regime."""

    NONE = "none"
    FIRST_NATION = "first_nation"
    INUIT = "inuit"
    CREE = "cree"
    NASKAPI = "naskapi"


class Status(StrEnum):
    """Why a value is there, or is not."""

    OK = "ok"
    SUPPRESSED = "suppressed"
    NOT_APPLICABLE = "not_applicable"
    NO_DATA = "no_data"


class Grade(StrEnum):
    """How far a number can be leaned upon."""

    SOLID = "solide"
    CAUTION = "prudence"
    DO_NOT_USE = "ne pas utiliser"


GRADE_NAMES: Final[dict[Grade, Text]] = {
    Grade.SOLID: Text("solide", "solid"),
    Grade.CAUTION: Text("prudence", "use with caution"),
    Grade.DO_NOT_USE: Text("ne pas utiliser", "do not use"),
}
GRADE_SHAPES: Final[dict[Grade, str]] = {Grade.SOLID: "●", Grade.CAUTION: "◐", Grade.DO_NOT_USE: "○"}


class ErrorKind(StrEnum):
    """Where the error of a number comes from."""

    NONE = "none"
    ROUNDING = "rounding"
    SAMPLING = "sampling"
    UNPUBLISHED = "unpublished"


class Direction(StrEnum):
    """What a higher value says; ``descriptive`` never reads as a need."""

    HIGHER_IS_NEED = "higher_is_need"
    LOWER_IS_NEED = "lower_is_need"
    DESCRIPTIVE = "descriptive"


class Aggregation(StrEnum):
    """How a statistic is carried up from its base level."""

    SUM = "sum"
    RATIO = "ratio"
    POPULATION_MEAN = "population_mean"
    TOP_FIFTH_SHARE = "top_fifth_share"
    NONE = "none"


class Theme(StrEnum):
    """The group under which an indicator is listed."""

    PEOPLE = "people"
    AGES = "ages"
    INCOME = "income"
    HOUSEHOLDS = "households"
    HOUSING = "housing"
    EDUCATION_WORK = "education_work"
    DIVERSITY = "diversity"
    DEPRIVATION = "deprivation"
    COMMUNITY = "community"
    SERVICES = "services"


THEME_NAMES: Final[dict[Theme, Text]] = {
    Theme.PEOPLE: Text("Population et territoire", "Population and territory"),
    Theme.AGES: Text("Âges de la vie", "Ages of life"),
    Theme.INCOME: Text("Revenu", "Income"),
    Theme.HOUSEHOLDS: Text("Familles et ménages", "Families and households"),
    Theme.HOUSING: Text("Logement", "Housing"),
    Theme.EDUCATION_WORK: Text("Scolarité et emploi", "Education and work"),
    Theme.DIVERSITY: Text("Origines et langues", "Origins and languages"),
    Theme.DEPRIVATION: Text("Conditions de vie (indices)", "Living conditions (indices)"),
    Theme.COMMUNITY: Text("Bien-être des communautés", "Community well-being"),
    Theme.SERVICES: Text("Services de proximité", "Proximity services"),
}


class ServiceCategory(StrEnum):
    """What a place offers, in the few kinds that this version loads."""

    CLSC = "clsc"
    HEALTH = "health"
    COMMUNITY = "community"
    LIBRARY = "library"
    YOUTH = "youth"


SERVICE_NAMES: Final[dict[ServiceCategory, Text]] = {
    ServiceCategory.CLSC: Text("Points de service CLSC", "CLSC points of service"),
    ServiceCategory.HEALTH: Text(
        "Autres installations de santé et services sociaux", "Other health and social services facilities"
    ),
    ServiceCategory.COMMUNITY: Text(
        "Organismes et lieux communautaires", "Community organisations and places"
    ),
    ServiceCategory.LIBRARY: Text("Bibliothèques", "Libraries"),
    ServiceCategory.YOUTH: Text("Écoles et services de garde", "Schools and childcare"),
}


class GeocodeQuality(StrEnum):
    """How a place came by its coordinates; ``rooftop`` is the point of its own address."""

    ROOFTOP = "rooftop"
    POSTAL_CODE = "postal_code"
    MUNICIPALITY = "municipality"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence and what it asks to print."""

    id: str
    title: Text
    url: str
    redistributable: bool


LICENCES: Final[dict[str, Licence]] = {
    licence.id: licence
    for licence in (
        Licence(
            "statcan-open",
            Text("Licence ouverte de Statistique Canada", "Statistics Canada Open Licence"),
            "https://www.statcan.gc.ca/en/reference/licence",
            True,
        ),
        Licence(
            "ogl-canada",
            Text("Licence du gouvernement ouvert – Canada", "Open Government Licence – Canada"),
            "https://open.canada.ca/en/open-government-licence-canada",
            True,
        ),
        Licence(
            "cc-by-4.0",
            Text("Creative Commons Attribution 4.0", "Creative Commons Attribution 4.0"),
            "https://creativecommons.org/licenses/by/4.0/",
            True,
        ),
        Licence(
            "odbl-1.0",
            Text("Open Database License 1.0 (ODbL)", "Open Database License 1.0 (ODbL)"),
            "https://opendatacommons.org/licenses/odbl/1-0/",
            True,
        ),
        Licence("undeclared", Text("non déclarée", "not declared"), "", False),
    )
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from; printed beside each of them.

    ``area`` lists the territories that a list of places reaches: where no list reaches, nothing is known.
    """

    id: str
    title: Text
    producer: Text
    licence: str
    vintage: str
    reference_date: str
    url: str
    attribution: Text
    caveat: Text
    condition: str
    verified_live: str | None = None
    files: tuple[dict[str, str], ...] = ()
    area: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Write the form that ``manifest.json`` holds."""
        return {
            "id": self.id,
            "title": self.title.as_dict(),
            "producer": self.producer.as_dict(),
            "licence": self.licence,
            "vintage": self.vintage,
            "reference_date": self.reference_date,
            "url": self.url,
            "attribution": self.attribution.as_dict(),
            "caveat": self.caveat.as_dict(),
            "condition": self.condition,
            "verified_live": self.verified_live,
            "files": list(self.files),
            "area": list(self.area),
        }

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Self:
        """Read the form that ``manifest.json`` holds."""
        plain: dict[str, Any] = {
            k: raw[k]
            for k in ("id", "licence", "vintage", "reference_date", "url", "condition", "verified_live")
        }
        return cls(
            title=Text.from_mapping(raw["title"]),
            producer=Text.from_mapping(raw["producer"]),
            attribution=Text.from_mapping(raw["attribution"]),
            caveat=Text.from_mapping(raw["caveat"]),
            files=tuple(raw["files"]),
            area=tuple(raw.get("area", ())),
            **plain,
        )


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it is printed after a number.

    Parameters
    ----------
    id
        Stable key, such as ``percent``.
    symbol
        What follows the number, without its space.
    decimals
        Digits after the mark.
    ratio_scale
        Whether 0 means none at all, so that twice the number is twice the thing. An error is then set
        against the value; that of a score or an index, against the spread of the territories.
    """

    id: str
    symbol: Text | None
    decimals: int
    ratio_scale: bool = True


UNITS: Final[dict[str, Unit]] = {
    unit.id: unit
    for unit in (
        Unit("people", Text("personnes", "people"), 0),
        Unit("percent", Text("%", "%"), 1),
        Unit("per_km2", Text("hab./km²", "people/km²"), 1),
        Unit("score", None, 2, ratio_scale=False),
        Unit("index", None, 2, ratio_scale=False),
        Unit("points", Text("points sur 100", "points out of 100"), 0, ratio_scale=False),
        Unit("dimensions", Text("dimensions sur 6", "dimensions out of 6"), 1, ratio_scale=False),
        Unit("dollars", Text("$", "$"), 0),
        Unit("dwellings", Text("logements", "dwellings"), 0),
        Unit("places", Text("lieux", "places"), 0),
        Unit("per_10000", Text("pour 10 000 personnes", "per 10,000 people"), 1),
    )
}


@dataclass(frozen=True, slots=True)
class Indicator:
    """A measured thing: its words, its unit and the levels at which it is given.

    ``scale`` multiplies numerator over denominator (100 for a percentage). ``sample_fraction`` is the
    share of households asked (0.25 for the long form), null where everyone was counted or the
    publisher gives no way to tell. ``expected_value`` is the value of the reference territory where the
    definition fixes it. ``hidden_governance`` lists the communities whose values are kept off the screen
    until they ask otherwise.
    """

    id: str
    source_id: str
    theme: Theme
    title: Text
    definition: Text
    unit: Unit
    direction: Direction
    aggregation: Aggregation
    base_level: Level
    levels: tuple[Level, ...]
    vintage: str
    caveat: Text
    periods: tuple[str, ...]
    error_kind: ErrorKind
    scale: float = 1.0
    sample_fraction: float | None = None
    expected_value: float | None = None
    reference: Text | None = None
    hidden_governance: tuple[Governance, ...] = ()
    aliases: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Write the form that ``indicators.json`` holds."""
        return {
            "id": self.id,
            "source_id": self.source_id,
            "theme": self.theme.value,
            "title": self.title.as_dict(),
            "definition": self.definition.as_dict(),
            "unit": self.unit.id,
            "direction": self.direction.value,
            "aggregation": self.aggregation.value,
            "base_level": self.base_level.value,
            "levels": [level.value for level in self.levels],
            "vintage": self.vintage,
            "caveat": self.caveat.as_dict(),
            "periods": list(self.periods),
            "error_kind": self.error_kind.value,
            "scale": self.scale,
            "sample_fraction": self.sample_fraction,
            "expected_value": self.expected_value,
            "reference": self.reference.as_dict() if self.reference else None,
            "hidden_governance": [g.value for g in self.hidden_governance],
            "aliases": list(self.aliases),
        }

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Self:
        """Read the form that ``indicators.json`` and ``source.toml`` hold.

        Raises
        ------
        KeyError, ValueError
            If a field is absent or names an unknown unit, level, theme or direction.
        """
        return cls(
            id=raw["id"],
            source_id=raw["source_id"],
            theme=Theme(raw["theme"]),
            title=Text.from_mapping(raw["title"]),
            definition=Text.from_mapping(raw["definition"]),
            unit=UNITS[raw["unit"]],
            direction=Direction(raw["direction"]),
            aggregation=Aggregation(raw["aggregation"]),
            base_level=Level(raw["base_level"]),
            levels=tuple(Level(level) for level in raw["levels"]),
            vintage=raw["vintage"],
            caveat=Text.from_mapping(raw["caveat"]),
            periods=tuple(raw["periods"]),
            error_kind=ErrorKind(raw["error_kind"]),
            scale=float(raw.get("scale", 1.0)),
            sample_fraction=raw.get("sample_fraction"),
            expected_value=raw.get("expected_value"),
            reference=Text.from_mapping(raw["reference"]) if raw.get("reference") else None,
            hidden_governance=tuple(Governance(g) for g in raw.get("hidden_governance", ())),
            aliases=tuple(raw.get("aliases", ())),
        )
