"""Everything that a portrait says, once: the page, the PDF and the offline file print these same words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date as calendar
from typing import Final

import pandas as pd

from dashboard import data
from dashboard import format as fmt
from dashboard.certainty import difference_brief, error_words, standing_words, why_grade
from dashboard.comparing.words import names_of
from dashboard.comparison import Reference, called
from dashboard.components.against import reference_line
from dashboard.components.help_lines import community_notice
from dashboard.components.labels import level_in_sentence, place_line, territory_name
from dashboard.components.nearby import place_words
from dashboard.components.provenance import package_line, source_line
from dashboard.components.strip import strip_svg
from dashboard.figures import status_in_short
from dashboard.i18n import _, in_language, ngettext, text
from dashboard.narration import Paragraph, portrait_text, three_sentences
from dashboard.narration.facts import Fact, Say, fact_of, facts_of
from dashboard.narration.grammar import capital
from dashboard.narration.inside import Inside, spread_inside
from dashboard.narration.limits import MEASURED
from dashboard.narration.people import OLD, PROJECTED, projected_period
from dashboard.neighbourhood import Nearby
from geodata.differences import Verdict
from geodata.model import GRADE_NAMES, GRADE_SHAPES, SERVICE_NAMES, THEME_NAMES, Grade, Level, Theme
from geodata.package import Package
from geodata.staleness import AGE_SHAPES, Age
from geodata.text import Language

PROJECTIONS: Final = (PROJECTED, OLD)


@dataclass(frozen=True)
class Row:
    """One key figure, every cell as printed.

    Attributes
    ----------
    value
        With its unit; the words of its absence where there is none.
    error
        The margin, or « compte exact », or that it is not published.
    shape, why
        The grade's shape, and its word with what weakens it; empty without a figure.
    reference, gap
        The figure that it is compared with, and what the difference is worth.
    standing
        A range of ranks, a fifth, or why neither, without the level; empty for a count.
    strip
        SVG of where it stands among its level; empty where it may not be placed.
    number, moe_95, unit
        The same figure for a spreadsheet, rounded as printed; null where there is none.
    """

    indicator_id: str
    title: str
    period: str
    value: str
    error: str
    shape: str
    why: str
    reference: str
    gap: str
    standing: str
    strip: str
    number: float | None
    moe_95: float | None
    unit: str


@dataclass(frozen=True)
class Section:
    """The key figures of a theme."""

    theme: Theme
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class ServiceRow:
    """The places of one category, every cell as printed."""

    name: str
    count: str
    rate: str
    checked: str
    stale: str
    nearest: tuple[str, ...]


@dataclass(frozen=True)
class InsideRow:
    """How people are spread over Québec's fifths of one score; five printed shares, lowest first."""

    title: str
    shares: tuple[str, ...]
    parts: tuple[float, ...]
    areas: str


@dataclass(frozen=True)
class Content:
    """A portrait in one language.

    Attributes
    ----------
    notice
        Whose the data are, for a community that governs itself; said before anything else.
    reference_name, compared_with
        Short, for the heading of a column; then with each similar territory by its name. Empty for none.
    first
        The three plain sentences.
    paragraphs
        The automatic text.
    voices
        What people here have said, or that nobody spoke yet.
    sources
        Producer, title, vintage and licence; one line each.
    """

    territory: str
    language: Language
    name: str
    level: str
    place: str
    notice: str
    reference_name: str
    compared_with: str
    first: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]
    sections: tuple[Section, ...]
    inside: tuple[InsideRow, ...]
    services: tuple[ServiceRow, ...]
    voices: str
    sources: tuple[str, ...]
    version: str
    made_on: str


def portrait_content(package: Package, territory: str, reference: Reference, language: Language) -> Content:
    """Gather what a portrait says.

    Parameters
    ----------
    territory
        An identifier of the package.
    reference
        What it is compared with, named in ``language``.
    language
        Of every printed word.

    Raises
    ------
    KeyError
        If the package does not hold the territory.
    """
    with in_language(language):
        reference = called(reference, names_of(package, [territory, *reference.territories]))
        sections = _sections(package, territory, reference)
        alone = territory in reference.territories
        return Content(
            territory=territory,
            language=language,
            name=territory_name(package, territory),
            level=level_in_sentence(Level(package.territories.at[territory, "level"])),
            place=place_line(package, territory),
            notice=community_notice(package, territory),
            reference_name="" if alone else reference.name,
            compared_with="" if alone else reference_line(package, reference),
            first=tuple(three_sentences(package, territory)),
            paragraphs=tuple(portrait_text(package, territory, reference)),
            sections=sections,
            inside=tuple(_inside_row(each) for each in spread_inside(package, territory)),
            services=tuple(_service_row(each) for each in data.nearby_services(package, territory)),
            voices=_("Personne n'a encore parlé ici."),
            sources=_sources(package, territory, sections),
            version=package_line(package),
            made_on=fmt.date(calendar.today().isoformat()),
        )


def with_changes(content: Content, changes: Mapping[str, str]) -> Content:
    """Put the table's own words in place of the automatic text, and say so under each of them.

    Parameters
    ----------
    changes
        Texts by the key of their paragraph; an empty one leaves its paragraph out.
    """
    with in_language(content.language):
        mark = _("Texte modifié par la table.")
    kept = []
    for each in content.paragraphs:
        said = changes.get(each.key, each.text).strip()
        if said:
            kept.append(replace(each, text=f"{said}\n{mark}" if each.key in changes else said))
    return replace(content, paragraphs=tuple(kept))


def paragraph_titles() -> dict[str, str]:
    """Give the heading of each paragraph of the automatic text."""
    return {
        "people": _("Qui vit ici"),
        "ages": _("Les âges de la vie"),
        "income": _("Revenu et logement"),
        "households": _("Familles et ménages"),
        "education_work": _("Scolarité et emploi"),
        "deprivation": _("Conditions de vie"),
        "inside": _("Écarts à l'intérieur du territoire"),
        "services": _("Services de proximité"),
        "limits": _("Ce que les chiffres ne disent pas"),
    }


def _sections(package: Package, territory: str, reference: Reference) -> tuple[Section, ...]:
    found = []
    for theme in MEASURED:
        facts = facts_of(package, territory, (theme,), reference)
        rows = [_row(package, territory, fact) for fact in facts]
        if theme is Theme.AGES:
            rows += _projections(package, territory, reference)
        if rows:
            found.append(Section(theme, text(THEME_NAMES[theme]), tuple(rows)))
    return tuple(found)


def _projections(package: Package, territory: str, reference: Reference) -> list[Row]:
    """Give the last projected figures, called by their name."""
    period = projected_period(package)
    facts = (fact_of(package, territory, name, period, reference) for name in PROJECTIONS if period)
    return [
        _row(package, territory, fact, _("{title} (projeté)"))
        for fact in facts
        if fact is not None and fact.say is Say.VALUE
    ]


def _row(package: Package, territory: str, fact: Fact, titled: str = "{title}") -> Row:
    shown = fact.say in (Say.VALUE, Say.UNCERTAIN)
    level = fact.figures.level
    standing = ""
    if shown and not fact.is_count and level is not Level.CUSTOM:
        said = standing_words(package, level, fact.indicator.id, fact.period, territory)
        standing = capital(said.partition(" (")[0])
    why = _why(fact) if shown else ""
    error = _error(fact) if shown else ""
    return Row(
        indicator_id=fact.indicator.id,
        title=titled.format(title=text(fact.indicator.title)),
        period=fact.period,
        value=_value(fact) if shown else _absent(fact),
        error="" if error in why else error,
        shape=GRADE_SHAPES[Grade(fact.row["grade"])] if why else "",
        why=why,
        reference=fact.reference_value,
        gap=_gap(fact),
        standing=standing,
        strip=_strip(fact) if standing else "",
        number=_rounded(fact, "value") if shown else None,
        moe_95=_rounded(fact, "moe_95") if shown else None,
        unit=fmt.symbol(fact.indicator.unit),
    )


def _rounded(fact: Fact, column: str) -> float | None:
    number = float(fact.row[column])
    return None if fmt.is_missing(number) else float(fmt.rounded(number, fact.indicator.unit.decimals))


def _value(fact: Fact) -> str:
    """Print a figure with its unit; the title of a count says what it counts."""
    return fmt.bare(fact.row["value"], fact.indicator.unit) if fact.is_count else fact.value


def _why(fact: Fact) -> str:
    """Give the word of the grade; one that is not « solide » with what weakens it."""
    grade = fact.row["grade"]
    if grade == Grade.SOLID.value:
        return text(GRADE_NAMES[Grade.SOLID])
    return why_grade(fact.row, fact.indicator)


def _absent(fact: Fact) -> str:
    return _("Non montré") if fact.say is Say.HIDDEN else status_in_short(fact.row)


def _error(fact: Fact) -> str:
    """Print the margin alone; the table says once that it holds 19 times out of 20."""
    moe = fact.row["moe_95"]
    if pd.notna(moe) and moe > 0:
        return fmt.margin(moe, fact.indicator.unit)
    return error_words(fact.row, fact.indicator)


def _gap(fact: Fact) -> str:
    if fact.gap is None or not fact.reference_value:
        return ""
    if fact.gap.verdict is Verdict.UNKNOWN:
        return _("écart non jugé")
    return difference_brief(fact.gap)


def _strip(fact: Fact) -> str:
    if not fact.row["placed"]:
        return ""
    other = fact.reference.value if fact.reference is not None else None
    return strip_svg(fact.figures.placed, float(fact.row["value"]), other)


def _inside_row(each: Inside) -> InsideRow:
    return InsideRow(
        text(each.indicator.title),
        tuple(fmt.share(part) for part in each.shares),
        each.shares,
        fmt.number(each.areas),
    )


def _service_row(found: Nearby) -> ServiceRow:
    stale = found.ages[Age.STALE] if found.count else 0
    said = ngettext("{n} fiche périmée", "{n} fiches périmées", stale).format(n=fmt.number(stale))
    return ServiceRow(
        name=text(SERVICE_NAMES[found.category]),
        count=fmt.no_data() if found.count is None else fmt.number(found.count),
        rate=fmt.number(found.per_10000, 1) if found.count and found.per_10000 is not None else "",
        checked=fmt.date(found.dates[-1]) if found.dates and found.count is not None else "",
        stale=f"{AGE_SHAPES[Age.STALE]} {said}" if stale else "",
        nearest=tuple(place_words(row) for _at, row in found.nearest.iterrows()),
    )


def _sources(package: Package, territory: str, sections: tuple[Section, ...]) -> tuple[str, ...]:
    counts = facts_of(package, territory, (Theme.SERVICES,))
    shown = [row.indicator_id for section in sections for row in section.rows if row.number is not None]
    shown += [fact.indicator.id for fact in counts if fact.say is Say.VALUE]
    lines = [
        source_line(package.sources[indicator.source_id], indicator)
        for indicator in (package.indicators[name] for name in shown)
        if indicator.source_id in package.sources
    ]
    return tuple(dict.fromkeys(lines))
