"""The text of a comparison of a few territories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.certainty import estimate_of
from dashboard.comparing.words import names_of
from dashboard.i18n import _
from dashboard.narration.facts import Fact, Say, fact_of
from dashboard.narration.grammar import listed, to_the
from dashboard.narration.names import phrase
from dashboard.narration.paragraphs import Paragraph, paragraph
from geodata.differences import Verdict, difference
from geodata.package import Package


def comparison_text(
    package: Package, territories: Sequence[str], indicator_ids: Sequence[str]
) -> list[Paragraph]:
    """Write what sets the first territory apart from the others, in the language of the page.

    Parameters
    ----------
    territories
        Identifiers; the first is the one that the others are compared with.
    indicator_ids
        Those of the page, in its order; one that none of the territories has is passed over.

    Returns
    -------
    list of Paragraph
        ``who``, one for each indicator under its identifier, then ``limits``.
    """
    if len(territories) < 2:
        return []
    names = names_of(package, territories, phrase)
    found: list[Paragraph] = paragraph("who", [_who(list(names.values()))])
    unpublished = False
    for name in dict.fromkeys(indicator_ids):
        facts = {one: fact for one in territories if (fact := fact_of(package, one, name)) is not None}
        found += paragraph(name, _about(names, facts))
        unpublished |= any(fact.unpublished and fact.say is Say.VALUE for fact in facts.values())
    return found + paragraph("limits", _limits(package, territories, unpublished))


def _who(names: Sequence[str]) -> str:
    first, *others = names
    return _("ce texte compare {to_first} : {others}").format(to_first=to_the(first), others=listed(others))


def _about(names: Mapping[str, str], facts: Mapping[str, Fact]) -> list[str]:
    """Say one indicator: the first's figure, then each other's beside it."""
    shown = {one: fact for one, fact in facts.items() if fact.say is Say.VALUE}
    if not shown:
        return []
    title = next(iter(shown.values())).title
    first = next(iter(names))
    parts = [
        _("{value} pour {name}").format(value=fact.value, name=names[one])
        if one == first or first not in shown
        else _beside(names[one], fact, shown[first])
        for one, fact in shown.items()
    ]
    said = [_("{title} : {facts}").format(title=title, facts=_(" ; ").join(parts))]
    absent = [
        name
        for one, name in names.items()
        if one not in facts or facts[one].say in (Say.NOTHING, Say.UNCERTAIN)
    ]
    if absent:
        said.append(_("pas de chiffre utilisable pour {names}").format(names=listed(absent)))
    return said


def _beside(name: str, fact: Fact, first: Fact) -> str:
    gap = difference(estimate_of(fact.row), estimate_of(first.row))
    facts = {"value": fact.value, "name": name}
    if gap.verdict is Verdict.UNKNOWN:
        return _("{value} pour {name}").format(**facts)
    if gap.verdict is Verdict.WITHIN_ERROR or fact.value == first.value:
        return _("{value} pour {name}, ce qui se compare").format(**facts)
    if (gap.value or 0.0) > 0:
        return _("{value} pour {name}, un niveau plus élevé").format(**facts)
    return _("{value} pour {name}, un niveau moins élevé").format(**facts)


def _limits(package: Package, territories: Sequence[str], unpublished: bool) -> list[str]:
    said = []
    if unpublished:
        said.append(
            _("là où l'incertitude n'est pas publiée, on ne peut pas dire si un écart dépasse l'erreur")
        )
    if len({str(package.territories.at[one, "level"]) for one in territories}) > 1:
        said.append(_("ces territoires ne sont pas du même niveau : les plus grands cachent plus d'écarts"))
    said.append(_("ces chiffres décrivent des conditions de vie, pas des personnes"))
    return said
