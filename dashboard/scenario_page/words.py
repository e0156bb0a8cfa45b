"""What a scenario changes, in sentences: who loses first where a place closes, never a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from dashboard import format as fmt
from dashboard.i18n import _, ngettext, text
from geodata.access.facts import Mode
from geodata.access.groups import EVERYONE, GROUPS
from geodata.access.thresholds import MILIEU_NAMES
from geodata.scenarios.change import CLOSURE_SENTENCE, Change
from geodata.scenarios.scenario import Scenario

ELDERS: Final = "age_65_plus"
"""The group that the first sentence counts apart."""

_MINUTE_DECIMALS: Final = 1
_EVERYONE: Final = 0.995
"""Share that prints as 100 %: nobody is then the least well served."""


def near_enough(change: Change, mode: Mode) -> str:
    """Say within how many minutes a place is near enough for the people looked at."""
    minutes = change.areas["threshold"].dropna()
    if minutes.empty:
        return way_to_go(mode)
    low, high = float(minutes.min()), float(minutes.max())
    if low == high:
        return _("à {n} minutes ou moins {how}").format(n=fmt.number(low), how=way_to_go(mode))
    return _("assez près ({low} à {high} minutes {how}, selon le milieu)").format(
        low=fmt.number(low), high=fmt.number(high), how=way_to_go(mode)
    )


def way_to_go(mode: Mode) -> str:
    """Say how people go, inside a sentence."""
    return {
        Mode.WALK: _("à pied"),
        Mode.DRIVE: _("en voiture"),
        Mode.TRANSIT: _("en transport collectif"),
    }[mode]


def lead(scenario: Scenario, change: Change) -> list[str]:
    """Give the first sentences: what changes, or how things stand where nothing does.

    Where a place closes, those who lose come before those who gain, and the last sentence says that a
    scenario justifies no closure.
    """
    closing = [text(CLOSURE_SENTENCE) + "."] if change.closes else []
    if not is_counted(change):
        return [_("On ne connaît pas le nombre de ces personnes ici."), *closing]
    if not is_changed(scenario):
        return [today(scenario, change)]
    gains = _gaining(scenario, change)
    losses = _losing(scenario, change, first=change.closes or not gains)
    if change.closes:
        said = [losses or _("Personne ne perd un lieu assez près"), gains]
    else:
        said = [gains, losses] if gains or losses else [_no_one(scenario, change)]
        if gains and not losses:
            said.append(_("personne ne perd"))
    said += [_farther(change), _closer(change)] if change.closes else [_closer(change), _farther(change)]
    return [joined(said) + ".", *closing]


def joined(pieces: Iterable[str]) -> str:
    """Put clauses one after the other; empty ones are left out."""
    return _(" ; ").join(piece for piece in pieces if piece)


def today(scenario: Scenario, change: Change) -> str:
    """Say how things stand before any change."""
    return _("Aujourd'hui, {share} des gens ont un lieu {near}.").format(
        share=fmt.share(change.total["share_before"]), near=near_enough(change, scenario.question.mode)
    )


def is_counted(change: Change) -> bool:
    """Say whether anybody is known to live where the trips are known: no count is no zero."""
    return bool(change.total["people"] > 0)


def is_changed(scenario: Scenario) -> bool:
    """Say whether a scenario changes anything."""
    answer = scenario.proposal.answer if scenario.proposal else None
    return bool(scenario.edits or (answer and answer.opened))


def _gaining(scenario: Scenario, change: Change) -> str:
    gained = round(change.total["gained"])
    if not gained:
        return ""
    near = near_enough(change, scenario.question.mode)
    more = ngettext("{n} personne de plus {near}", "{n} personnes de plus {near}", gained)
    return more.format(n=fmt.number(gained), near=near) + _elders(change, "gained")


def _losing(scenario: Scenario, change: Change, *, first: bool) -> str:
    """Say who loses; the first clause of a sentence says what is near enough."""
    lost = round(change.total["lost"])
    if not lost:
        return ""
    if first:
        said = ngettext(
            "{n} personne n'a plus de lieu {near}", "{n} personnes n'ont plus de lieu {near}", lost
        )
        near = near_enough(change, scenario.question.mode)
        return said.format(n=fmt.number(lost), near=near) + _elders(change, "lost")
    said = ngettext("{n} personne perd un lieu assez près", "{n} personnes perdent un lieu assez près", lost)
    return said.format(n=fmt.number(lost)) + _elders(change, "lost")


def _no_one(scenario: Scenario, change: Change) -> str:
    return _("Personne de plus ni de moins {near}").format(near=near_enough(change, scenario.question.mode))


def _farther(change: Change) -> str:
    count = round(people_who(change, "farther"))
    said = ngettext("{n} personne a un trajet plus long", "{n} personnes ont un trajet plus long", count)
    return said.format(n=fmt.number(count)) if count else ""


def _closer(change: Change) -> str:
    count = round(people_who(change, "closer"))
    said = ngettext("{n} personne a un trajet plus court", "{n} personnes ont un trajet plus court", count)
    return said.format(n=fmt.number(count)) if count else ""


def people_who(change: Change, kind: str) -> float:
    """Count the people of the areas where one kind of change happens."""
    return float(change.areas["people"].where(change.areas["change"].eq(kind)).sum())


def _elders(change: Change, column: str) -> str:
    """Count elders apart, where everyone is looked at and their number is known."""
    if ELDERS not in change.groups.index or EVERYONE not in change.groups.index:
        return ""
    whole, count = (round(float(change.groups[column][name])) for name in (EVERYONE, ELDERS))
    if not count or whole != round(change.total[column]):
        return ""
    return _(", dont environ {n} de 65 ans et plus").format(n=fmt.number(count))


def how_sure(change: Change) -> str:
    """Say between which numbers those who gain and lose lie, if trips were shorter or longer."""
    total = change.total
    pieces = []
    for column, said in (
        ("gained", _("entre {low} et {high} personnes gagnent un lieu assez près")),
        ("lost", _("entre {low} et {high} personnes perdent un lieu assez près")),
    ):
        low, high = float(total[f"{column}_low"]), float(total[f"{column}_high"])
        if round(high) == 0:
            continue
        pieces.append(said.format(low=fmt.number(low), high=fmt.number(high)))
    if not pieces:
        return ""
    return _("Si les trajets étaient plus courts ou plus longs de {doubt} : {counts}.").format(
        doubt=fmt.share(change.facts.doubt), counts=joined(pieces)
    )


def minutes_saved(change: Change) -> str:
    """Say how trips to the nearest place change, on average and in all."""
    mean = change.total["mean_minutes_saved"]
    if fmt.is_missing(mean) or abs(mean) < 10**-_MINUTE_DECIMALS / 2:
        return ""
    hours = abs(change.total["person_minutes_saved"]) / 60
    said = (
        _("Trajet vers le lieu le plus proche : {mean} min de moins par personne en moyenne, soit {hours} h "
          "si chaque personne y va une fois.")
        if mean > 0
        else _("Trajet vers le lieu le plus proche : {mean} min de plus par personne en moyenne, soit "
               "{hours} h si chaque personne y va une fois.")
    )  # fmt: skip
    return said.format(mean=fmt.number(abs(mean), _MINUTE_DECIMALS), hours=fmt.number(hours))


def worst(change: Change) -> str:
    """Say which group is the least well served, before and after."""
    before, after = change.worst_before, change.worst_after
    if before is None or after is None or min(before[1], after[1]) >= _EVERYONE:
        return ""
    return _(
        "Groupe le moins bien servi : « {before} » ({share_before}) aujourd'hui, « {after} » "
        "({share_after}) ensuite."
    ).format(
        before=group_title(before[0]),
        share_before=fmt.share(before[1]),
        after=group_title(after[0]),
        share_after=fmt.share(after[1]),
    )


def group_title(name: str) -> str:
    """Give the title of a group of people."""
    return text(GROUPS[name].title) if name in GROUPS else name


def reached(change: Change) -> str:
    """Say how many come into reach of any place, or fall out of it; they are in no average of minutes."""
    pieces: list[str] = []
    more, less = round(change.total["newly_reached"]), round(change.total["no_longer_reached"])
    if less:
        pieces.append(
            ngettext(
                "{n} personne se retrouve {out}",
                "{n} personnes se retrouvent {out}",
                less,
            ).format(n=fmt.number(less), out=_out_of_reach(change))
        )
    if more:
        pieces.append(
            ngettext(
                "{n} personne n'est plus hors de portée",
                "{n} personnes ne sont plus hors de portée",
                more,
            ).format(n=fmt.number(more))
        )
    return joined(pieces) + "." if pieces else ""


def _out_of_reach(change: Change) -> str:
    """Say up to when places were looked for: a longer trip beyond it has no minutes."""
    if change.cutoff_minutes is None:
        return _("hors de portée")
    return _("hors de portée (aucun lieu en {minutes} minutes)").format(
        minutes=fmt.number(change.cutoff_minutes)
    )


def paragraphs(change: Change) -> Sequence[str]:
    """Give what follows the first sentences; nothing where there is nothing to say."""
    return [
        said for said in (how_sure(change), minutes_saved(change), reached(change), worst(change)) if said
    ]


def figure_words(name: str) -> str:
    """Give the words of a figure of a file, ``groups.age_65_plus.gained``."""
    columns = {
        "people": _("personnes"),
        "within_before": _("assez près avant"),
        "within_after": _("assez près après"),
        "gained": _("gagnent"),
        "lost": _("perdent"),
        "person_minutes_saved": _("minutes × personnes de moins"),
        "mean_minutes_saved": _("minutes de moins en moyenne"),
    }
    first, *rest = name.split(".")
    if first == "places":
        return _("lieux avant") if rest == ["before"] else _("lieux après")
    if len(rest) == 2:
        milieu = MILIEU_NAMES.get(rest[0])
        whose = text(milieu) if first == "milieus" and milieu else group_title(rest[0])
        return f"{whose}, {columns.get(rest[1], rest[1])}"
    return columns.get(rest[0], name) if rest else name
