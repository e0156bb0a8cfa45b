"""Living conditions: income, housing, households, schooling, indices; in careful words."""

from __future__ import annotations

from dashboard import format as fmt
from dashboard.comparison import Reference
from dashboard.figures import fifth_in_words
from dashboard.i18n import _, text
from dashboard.narration.facts import Fact, Say, beside, compared, facts_of
from dashboard.narration.grammar import in_title_of, to_the
from dashboard.narration.names import reference_phrase
from dashboard.narration.paragraphs import Paragraph, paragraph
from geodata.differences import Verdict
from geodata.model import Aggregation, Direction, Theme
from geodata.package import Package

_SUBJECTS: tuple[tuple[str, tuple[Theme, ...]], ...] = (
    ("income", (Theme.INCOME, Theme.HOUSING)),
    ("households", (Theme.HOUSEHOLDS,)),
    ("education_work", (Theme.EDUCATION_WORK,)),
)


def conditions(package: Package, territory: str, reference: Reference) -> list[Paragraph]:
    """Give a paragraph for each subject that has a figure here."""
    found: list[Paragraph] = []
    for key, themes in _SUBJECTS:
        facts = facts_of(package, territory, themes, reference)
        found += paragraph(key, _sentences(package, facts, reference))
    return found


def deprivation(package: Package, territory: str, reference: Reference) -> list[Paragraph]:
    """Give what the indices say: of where people live, never of the people; descriptive ones are left out."""
    facts = facts_of(package, territory, (Theme.DEPRIVATION, Theme.COMMUNITY), reference)
    kept = [fact for fact in facts if fact.indicator.direction is not Direction.DESCRIPTIVE]
    tops = [fact for fact in kept if _is_top_fifth(fact)]
    said = [*top_fifths(tops), *_sentences(package, [f for f in kept if not _is_top_fifth(f)], reference)]
    if not said:
        return []
    closing = _("ces indices décrivent des conditions de vie là où les gens habitent, pas des personnes")
    return paragraph("deprivation", [*said, closing])


def _is_top_fifth(fact: Fact) -> bool:
    declared = fact.indicator.expected_value is not None
    return declared and fact.indicator.aggregation is Aggregation.TOP_FIFTH_SHARE


def top_fifths(facts: list[Fact]) -> list[str]:
    """Say the shares of people whose area is in Québec's highest fifth of each score."""
    shown = [fact for fact in facts if fact.say is Say.VALUE]
    if not shown:
        return []
    parts = [_("« {name} », {value}").format(name=_score(fact), value=_with_fifth(fact)) for fact in shown]
    said = _("part des gens qui vivent dans le cinquième le plus élevé du Québec, selon le score : {facts}")
    sentences = [said.format(facts=_(" ; ").join(parts))]
    placed = next((fact for fact in shown if fact.fifth_words), None)
    if placed is not None:
        sentences.append(
            _("ces places se lisent parmi {count} territoires du même niveau").format(
                count=fmt.number(placed.count)
            )
        )
    sentences.append(
        _("dans l'ensemble du Québec, c'est {expected} par construction").format(expected=_expected(shown[0]))
    )
    return sentences


def _score(fact: Fact) -> str:
    return text(fact.indicator.title).partition(":")[0].strip()


def _with_fifth(fact: Fact) -> str:
    if not fact.fifth_words or fact.fifth is None:
        return fact.value
    return f"{fact.value} ({fifth_in_words(fact.fifth)})"


def _expected(fact: Fact) -> str:
    return fmt.with_unit(fact.indicator.expected_value, fact.indicator.unit)


def top_fifth(fact: Fact) -> str:
    """Say one such share in a plain sentence."""
    return _(
        "{value} des gens vivent là où le score « {name} » est dans le cinquième le plus élevé du Québec "
        "({expected} dans l'ensemble du Québec, par construction)"
    ).format(value=fact.value, name=_score(fact), expected=_expected(fact))


def _sentences(package: Package, facts: list[Fact], reference: Reference) -> list[str]:
    said = [sentence_of(package, fact, reference) for fact in facts]
    unknown = [
        fact
        for fact in facts
        if fact.reference_value and fact.gap is not None and fact.gap.verdict is Verdict.UNKNOWN
    ]
    if unknown:
        said.append(
            _("incertitude non publiée, on ne peut pas dire si l'écart dépasse l'erreur : {titles}").format(
                titles=", ".join(in_title_of(fact.title) for fact in unknown)
            )
        )
    return [sentence for sentence in said if sentence]


def sentence_of(package: Package, fact: Fact, reference: Reference | None = None) -> str:
    """Say one figure, how it compares and where it stands; empty where there is no figure to show."""
    if fact.say is Say.UNCERTAIN:
        return _("{title} : chiffre trop incertain pour être lu").format(title=fact.title)
    if fact.say is not Say.VALUE:
        return ""
    if _is_top_fifth(fact):
        return top_fifth(fact)
    other = "" if reference is None else reference_phrase(package, reference)
    value = fmt.bare(fact.row["value"], fact.indicator.unit) if fact.is_count else beside(fact, other)
    parts = [value, compared(fact, other, to_the(other))]
    if fact.unpublished:
        # With a published error, the comparison says more than a place among others would.
        parts.append(fact.fifth_words)
    if fact.indicator.expected_value is not None:
        expected = fmt.with_unit(fact.indicator.expected_value, fact.indicator.unit)
        parts.append(
            _("{expected} par construction dans son territoire de référence").format(expected=expected)
        )
    return _("{title} : {facts}").format(title=fact.title, facts=", ".join(part for part in parts if part))
