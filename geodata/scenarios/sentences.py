"""What a scenario changes, in sentences: who loses comes first where a place closes."""

from __future__ import annotations

import pandas as pd

from geodata.access.groups import EVERYONE, GROUPS
from geodata.scenarios.change import CLOSURE_SENTENCE, Change
from geodata.scenarios.written import plain
from geodata.text import Language, Text

_NOTICED = 0.005
"""Half a percentage point: below, a group is not said to be behind the others."""

_SENIORS = "age_65_plus"
"""The group named beside everyone, being the one that distance weighs on the most."""

_NOT_KNOWN = Text(
    "L'accès de ces personnes à ce service n'est pas connu, avant ni après.",
    "The access of these people to this service is not known, before or after.",
)


def sentences(change: Change) -> tuple[Text, ...]:
    """Say what changes, whole sentences.

    With a closure: who loses access or minutes, then ``CLOSURE_SENTENCE``, then who gains. Otherwise gains
    come first.
    """
    closure = Text(f"{CLOSURE_SENTENCE.fr}.", f"{CLOSURE_SENTENCE.en}.")
    if not change.total["people"] > 0:  # nobody counted is not nobody who loses
        return (_NOT_KNOWN, closure) if change.closes else (_NOT_KNOWN,)
    gained, lost = _moved(change, "gained"), _moved(change, "lost")
    first = (lost, _longer(change), closure, gained) if change.closes else (gained, lost, _longer(change))
    more = (_minutes(change.total), _reach(change.total), _values(change.total), _worst(change))
    return tuple(sentence for sentence in (*first, *more) if sentence is not None)


def _moved(change: Change, name: str) -> Text:
    total = change.total
    if not total[name] >= 0.5:
        return {
            "gained": Text("Personne ne gagne l'accès.", "Nobody gains access."),
            "lost": Text("Personne ne perd l'accès.", "Nobody loses access."),
        }[name]
    verb = {
        "gained": Text("Gagnent l'accès", "Gain access"),
        "lost": Text("Perdent l'accès", "Lose access"),
    }[name]
    return Text(_counted(change, name, verb.fr, "fr"), _counted(change, name, verb.en, "en"))


def _counted(change: Change, name: str, verb: str, language: Language) -> str:
    """Say how many people, in what range, and how many of them are older."""
    number, low, high = (
        plain(float(change.total[column]), language) for column in (name, f"{name}_low", f"{name}_high")
    )
    older = _of_whom(change, name, language)
    if change.group != EVERYONE:
        verb = f"{verb} ({GROUPS[change.group].title.in_language(language)})"
    if language == "fr":
        return f"{verb}\u00a0: {number} personnes ({low} à {high}{older})."
    return f"{verb}: {number} people ({low} to {high}{older})."


def _of_whom(change: Change, name: str, language: Language) -> str:
    if _SENIORS not in change.groups.index or change.group != EVERYONE:
        return ""
    number = plain(float(change.groups[name][_SENIORS]), language)
    title = GROUPS[_SENIORS].title.in_language(language).lower()
    return f" ; environ {number} {title}" if language == "fr" else f"; about {number} {title}"


def _longer(change: Change) -> Text | None:
    """Say who still has a place, further away; a mean over everyone would hide them."""
    areas = change.areas
    longer = areas["minutes_after"] - areas["minutes_before"]
    people = (
        areas["people"].where(areas["change"].isin(["lost", "farther"]) & longer.gt(0.0), 0.0).fillna(0.0)
    )
    count = float(people.sum())
    if count < 0.5:
        return None
    mean = float((people * longer.fillna(0.0)).sum()) / count
    return Text(
        f"Trajet plus long\u00a0: {plain(count, 'fr')} personnes, "
        f"de {plain(mean, 'fr', 1)}\u00a0min en moyenne.",
        f"Longer trip: {plain(count, 'en')} people, by {plain(mean, 'en', 1)} min on average.",
    )


def _minutes(total: pd.Series) -> Text | None:
    mean = total["mean_minutes_saved"]
    if pd.isna(mean) or abs(mean) < 0.005:
        return None
    fr, en = plain(abs(mean), "fr", 2), plain(abs(mean), "en", 2)
    if mean > 0:
        return Text(
            f"Trajet moyen plus court de {fr}\u00a0min par personne à portée.",
            f"Mean trip shorter by {en} min a person in reach.",
        )
    return Text(
        f"Trajet moyen plus long de {fr}\u00a0min par personne à portée.",
        f"Mean trip longer by {en} min a person in reach.",
    )


def _reach(total: pd.Series) -> Text | None:
    gone, new = total["no_longer_reached"], total["newly_reached"]
    if gone >= 0.5:
        return Text(
            f"Désormais hors de portée de tout lieu\u00a0: {plain(gone, 'fr')} personnes.",
            f"Now out of reach of any place: {plain(gone, 'en')} people.",
        )
    if new >= 0.5:
        return Text(
            f"Étaient hors de portée de tout lieu et ne le sont plus\u00a0: {plain(new, 'fr')} personnes.",
            f"Were out of reach of any place and no longer are: {plain(new, 'en')} people.",
        )
    return None


def _values(total: pd.Series) -> Text | None:
    """Say the mean of a shared supply, which moves though nobody gains or loses a place near enough."""
    before, after = (float(total.get(f"value_{side}", float("nan"))) for side in ("before", "after"))
    if pd.isna(before) or pd.isna(after) or plain(before, "en", 2) == plain(after, "en", 2):
        return None
    return Text(
        f"Offre partagée, en moyenne\u00a0: {plain(before, 'fr', 2)} pour 10\u00a0000 personnes avant, "
        f"{plain(after, 'fr', 2)} après.",
        f"Shared supply, on average: {plain(before, 'en', 2)} per 10,000 people before, "
        f"{plain(after, 'en', 2)} after.",
    )


def _worst(change: Change) -> Text | None:
    if change.worst_before is None or change.worst_after is None or change.group != EVERYONE:
        return None
    shares = change.total["share_before"], change.total["share_after"]
    if all(
        _as_all(worst[1], share)
        for worst, share in zip((change.worst_before, change.worst_after), shares, strict=True)
    ):
        return None  # all groups are served alike: none is behind
    (before, share_before), (after, share_after) = change.worst_before, change.worst_after
    first, then = GROUPS[before].title, GROUPS[after].title
    fr = (plain(100 * share_before, "fr", 1), plain(100 * share_after, "fr", 1))
    en = (plain(100 * share_before, "en", 1), plain(100 * share_after, "en", 1))
    return Text(
        f"Groupe le moins bien desservi\u00a0: {first.fr.lower()} avant ({fr[0]}\u00a0%), "
        f"{then.fr.lower()} après ({fr[1]}\u00a0%).",
        f"Group served the least: {first.en.lower()} before ({en[0]}%), {then.en.lower()} after ({en[1]}%).",
    )


def _as_all(share: float, of_all: float) -> bool:
    return abs(share - of_all) < _NOTICED
