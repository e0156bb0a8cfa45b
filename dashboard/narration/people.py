"""Who lives here: how many people, where they live, how old they are."""

from __future__ import annotations

from typing import Final

from dashboard import format as fmt
from dashboard.comparison import Reference
from dashboard.i18n import _
from dashboard.narration.facts import Say, beside, fact_of
from dashboard.narration.grammar import capital
from dashboard.narration.names import phrase, reference_phrase
from geodata.package import Package

POPULATION: Final = "population"
GROWTH: Final = "population_growth_pct"
DENSITY: Final = "density"
PROJECTED: Final = "population_msss"
YOUNG: Final = "age_0_17_pct"
OLD: Final = "age_65_plus_pct"
OLDER: Final = "age_75_plus_pct"


def who(package: Package, territory: str) -> str:
    """Say how many people live here, and in what milieu most of them do."""
    subject = capital(phrase(package, territory))
    fact = fact_of(package, territory, POPULATION)
    if fact is None or fact.say is not Say.VALUE:
        return _("{subject} : pas de données sur le nombre de personnes").format(subject=subject)
    said = _("{subject} compte {people} ({period})").format(
        subject=subject, people=fact.value, period=fact.period
    )
    milieu = _milieu(str(package.territories.at[territory, "milieu"]))
    return _("{first} ; {second}").format(first=said, second=milieu) if milieu else said


def _milieu(name: str) -> str:
    """Say where most people live; Statistics Canada's classes by influence of the cities."""
    return {
        "urban": _("la plupart des gens y vivent dans une région métropolitaine ou une agglomération"),
        "periurban": _("la plupart des gens y vivent hors des villes, sous leur forte influence"),
        "rural": _("la plupart des gens y vivent en milieu rural"),
        "remote": _("la plupart des gens y vivent loin des villes, en milieu éloigné"),
    }.get(name, "")


def growth(package: Package, territory: str, reference: Reference | None = None) -> str:
    """Say how the population changed, and how that compares."""
    fact = fact_of(package, territory, GROWTH, None, reference)
    if fact is None or fact.say is not Say.VALUE:
        return ""
    change = float(fact.row["value"])
    facts = {
        "change": fmt.with_unit(abs(change), fact.indicator.unit),
        "start": fact.period.split("-")[0],
        "end": fact.period.split("-")[-1],
    }
    if fmt.rounded(change, fact.indicator.unit.decimals) == 0:
        said = _("de {start} à {end}, la population n'a presque pas changé")
    elif change > 0:
        said = _("de {start} à {end}, la population a augmenté de {change}")
    else:
        said = _("de {start} à {end}, la population a diminué de {change}")
    sentence = said.format(**facts)
    if not fact.reference_value or reference is None or fact.reference is None:
        return sentence
    # Without its sign, a growth beside a loss would read as one.
    sign = "+" if (fact.reference.value or 0.0) > 0 else ""
    return _("{sentence} (pour {reference} : {value})").format(
        sentence=sentence,
        reference=reference_phrase(package, reference),
        value=f"{sign}{fact.reference_value}",
    )


def density(package: Package, territory: str) -> str:
    """Say how many people there are for each square kilometre of land."""
    fact = fact_of(package, territory, DENSITY)
    if fact is None or fact.say is not Say.VALUE:
        return ""
    area = float(package.territories.at[territory, "land_km2"])
    if fmt.is_missing(area):
        return _("il y a {density}").format(density=fact.value)
    return _("le territoire a {area} km² de terres, soit {density}").format(
        area=fmt.number(area, 0 if area >= 10 else 1), density=fact.value
    )


def ages(package: Package, territory: str, reference: Reference | None = None) -> list[str]:
    """Say the ages of life, then what the projection gives, called by its name."""
    old, older = (fact_of(package, territory, name) for name in (OLD, OLDER))
    said = [age_sentence(package, territory, reference)]
    if older is not None and older.say is Say.VALUE:
        said.append(_("les personnes de 75 ans et plus en sont {value}").format(value=older.value))
    if old is not None and old.fifth_words:
        said.append(_("part des personnes de 65 ans et plus : {fifth}").format(fifth=old.fifth_words))
    return said + _projection(package, territory)


def age_sentence(package: Package, territory: str, reference: Reference | None = None) -> str:
    """Say in one sentence the share of the young and that of the old."""
    young, old = (fact_of(package, territory, name, None, reference) for name in (YOUNG, OLD))
    if young is None or old is None or young.say is not Say.VALUE or old.say is not Say.VALUE:
        return ""
    other = "" if reference is None else reference_phrase(package, reference)
    return _(
        "en {period}, les jeunes de 0 à 17 ans y forment {young} de la population, et les personnes de "
        "65 ans et plus {old}"
    ).format(period=old.period, young=beside(young, other), old=beside(old, other))


def projected_period(package: Package) -> str:
    """Give the last year of the ages where it comes after the year of the data; empty where none does."""
    indicator = package.indicators.get(OLD)
    built = str(package.manifest.get("built_at", ""))[:4]
    last = max(indicator.periods) if indicator is not None else ""
    return last if built and last > built else ""


def _projection(package: Package, territory: str) -> list[str]:
    last = projected_period(package)
    if not last:
        return []
    old, people = (fact_of(package, territory, name, last) for name in (OLD, PROJECTED))
    if old is None or old.say is not Say.VALUE:
        return []
    if people is None or people.say is not Say.VALUE:
        said = _("projection pour {period} : {old} de personnes de 65 ans et plus").format(
            period=last, old=old.value
        )
    else:
        said = _("projection pour {period} : {people}, dont {old} de 65 ans et plus").format(
            period=last, people=people.value, old=old.value
        )
    return [said, _("une projection prolonge des tendances ; elle n'est pas une prévision")]
