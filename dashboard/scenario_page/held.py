"""The scenario in hand: its question and its changes are the address's, the rest is this visit's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from dashboard.scenario_page.edits_link import from_code, to_code
from geodata.scenarios.edits import Add, Edit
from geodata.scenarios.scenario import Proposal, Scenario
from geodata.text import Text

TOO_LONG: Final = "visite"
"""Word of the address for changes that no link can hold; they last as long as the visit."""


@dataclass(frozen=True)
class Held:
    """What the address does not say.

    Attributes
    ----------
    edits
        Changes that the table made.
    proposal
        What the tool was asked and answered; null where it was not.
    notes
        Why these choices.
    code
        What the address says of all that, to know one's own address again.
    opened
        The file that it was opened from, as it was written; empty otherwise.
    found_for
        The choices for which the tool searched; others make its answer out of date.
    """

    edits: tuple[Edit, ...] = ()
    proposal: Proposal | None = None
    notes: str = ""
    code: str = ""
    opened: str = ""
    found_for: str = ""


def held(scenario: Scenario, before: Held | None = None, opened: str = "") -> Held:
    """Hold a scenario, with the code that a link gives its changes.

    Parameters
    ----------
    before
        What was held: an answer that was there already stays the answer to the choices of then.
    opened
        The file that it comes from.
    """
    code = to_code((*scenario.edits, *proposed(scenario.proposal)))
    known = before is not None and before.proposal == scenario.proposal and not opened
    return Held(
        scenario.edits,
        scenario.proposal,
        scenario.notes,
        TOO_LONG if code is None else code,
        opened,
        before.found_for if known and before is not None else choices(scenario),
    )


def choices(scenario: Scenario) -> str:
    """Write what figures and an answer of the tool depend on; a measure drawn elsewhere is no part of it."""
    question = scenario.question
    minutes = dict(question.thresholds.minutes(question.mode))
    asked = (question.kind, question.mode.value, question.group, question.network_id, minutes)
    return f"{asked!r} {scenario.scope} {scenario.edits!r}"


def of_address(code: str, kept: Held | None) -> tuple[Held, tuple[Text, ...]]:
    """Give what an address asks for: what this visit holds where it is its own, else what it says.

    Returns
    -------
    tuple
        The changes, and one calm sentence for each thing left aside.
    """
    if kept is not None and kept.code == code:
        return kept, ()
    if code == TOO_LONG:
        return Held(), (_too_long(),)
    edits, notices = from_code(code)
    return Held(edits, code=code), notices


def proposed(proposal: Proposal | None) -> tuple[Add, ...]:
    """Give the places that the tool found, as places that open."""
    if proposal is None or proposal.answer is None:
        return ()
    return tuple(Add(p.name, p.longitude, p.latitude) for p in proposal.answer.opened)


def adopted(scenario: Scenario) -> Scenario:
    """Make the places that the tool found the table's own: they stay, and claim nothing any more."""
    return replace(scenario, edits=(*scenario.edits, *proposed(scenario.proposal)), proposal=None)


def emptied(scenario: Scenario) -> Scenario:
    """Take every change away."""
    return replace(scenario, edits=(), proposal=None)


def _too_long() -> Text:
    return Text(
        "Ce scénario est trop long pour un lien : demandez son fichier à la personne qui l'a fait.",
        "This scenario is too long for a link: ask the person who made it for its file.",
    )
