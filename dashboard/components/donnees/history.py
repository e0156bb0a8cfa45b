"""What was published, by whom and why; what changed each time; and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from dashboard import format as fmt
from dashboard import upkeep
from dashboard.components.html import line, show, tag, words
from dashboard.i18n import _, ngettext, text
from etl.diff import Change, Changes, PackageDiff
from etl.history import EMBEDDED_NAME, Event, read_history

MOST_EVENTS: Final = 20
MOST_NAMED: Final = 12

_REASON = "rollback_reason"
_TARGET = "rollback_target"


def history(home: Path) -> None:
    """Draw the history of the data folder, newest first."""
    show(tag("h2", words(_("Ce qui a changé")), css="px-section", id="historique"))
    events = read_history(home)[::-1]
    if not events:
        show(
            line(
                _(
                    "Rien encore : ces données sont celles qui viennent avec le programme. La première "
                    "actualisation dira ici ce qu'elle a changé."
                )
            )
        )
        return
    for index, event in enumerate(events[:MOST_EVENTS]):
        _one(home, event, index)
    if len(events) > MOST_EVENTS:
        older = len(events) - MOST_EVENTS
        more = ngettext("{n} événement plus ancien", "{n} événements plus anciens", older)
        show(line(more.format(n=fmt.number(older)), css="px-small"))
    if upkeep.allowed():
        _way_back(home)


def _one(home: Path, event: Event, index: int) -> None:
    summary = text(event.summary) if event.summary else ""
    head = " · ".join(part for part in (fmt.moment(event.at), _kind(event), summary) if part)
    if event.event not in {"publish", "rollback"}:
        show(line(f"{head}{_why(event)}"))
        return
    with st.expander(head, key=f"event_{index}", on_change="rerun") as opened:
        if opened.open:
            show(line(_why(event).lstrip(" ·")))
            _difference(home, event)


def _kind(event: Event) -> str:
    return {
        "publish": _("Publié"),
        "rollback": _("Retour à une version antérieure"),
        "accept": _("Différence acceptée"),
        "refuse": _("Différence refusée"),
        "recall": _("Source retirée"),
        "recall_undone": _("Source rétablie"),
    }.get(event.event, event.event)


def _why(event: Event) -> str:
    parts = []
    if event.sources:
        parts.append(_("sources : {sources}").format(sources=", ".join(event.sources)))
    if event.reason:
        parts.append(_("raison : {reason}").format(reason=event.reason))
    if event.who:
        parts.append(_("par {who}").format(who=event.who))
    return "".join(f" · {part}" for part in parts)


def _difference(home: Path, event: Event) -> None:
    found = upkeep.difference(home, event.previous, event.package)
    if found is None:
        show(line(_("L'une des deux versions n'est plus conservée : le détail n'est plus disponible.")))
        return
    if found.same:
        show(line(_("Aucune différence de contenu.")))
        return
    for heading, changes in _groups(found):
        _changes(heading, changes)
    _values(found)


def _groups(found: PackageDiff) -> list[tuple[str, Changes]]:
    return [
        (_("Sources"), found.sources),
        (_("Territoires"), found.territories),
        (_("Indicateurs"), found.indicators),
        (_("Lieux"), found.places),
        (_("Services"), found.services),
    ]


def _changes(heading: str, changes: Changes) -> None:
    kinds = [
        (_("ajoutés"), changes.added),
        (_("disparus"), changes.gone),
        (_("renommés"), changes.renamed),
        (_("déplacés"), changes.moved),
        (_("modifiés"), changes.changed),
    ]
    items = [
        tag("li", words(f"{kind} ({fmt.number(len(found))})"), _names(found))
        for kind, found in kinds
        if found
    ]
    if items:
        show(tag("section", tag("h3", words(heading)), tag("ul", *items), css="px-card"))


def _names(found: tuple[Change, ...]) -> str:
    items = [tag("li", words(_change(change))) for change in found[:MOST_NAMED]]
    if len(found) > MOST_NAMED:
        items.append(tag("li", words(_("et {n} autres").format(n=fmt.number(len(found) - MOST_NAMED)))))
    return tag("ul", *items)


def _change(change: Change) -> str:
    if change.metres is not None:
        return _("{name} : {metres} m").format(name=change.name, metres=fmt.number(change.metres))
    if change.before and change.after and change.before != change.after:
        return f"{change.name} : {change.before} → {change.after}"
    return change.name or change.id


def _values(found: PackageDiff) -> None:
    items = [
        tag("li", words(_("{indicator} : {n} valeurs").format(
            indicator=v.indicator_id, n=fmt.number(v.changed + v.appeared + v.vanished))))
        for v in found.values[:MOST_NAMED]
    ]  # fmt: skip
    if items:
        show(tag("section", tag("h3", words(_("Valeurs"))), tag("ul", *items), css="px-card"))


def _way_back(home: Path) -> None:
    names = upkeep.earlier(home)
    if not names:
        return
    with st.popover(_("Revenir à une version antérieure")):
        show(line(_("Rien n'est effacé : on peut revenir, puis repartir.")))
        chosen = st.selectbox(
            _("Version"),
            names,
            format_func=lambda name: _("celle du programme") if name == EMBEDDED_NAME else fmt.package(name),
            key=_TARGET,
        )
        reason = st.text_input(_("Pourquoi ?"), key=_REASON, max_chars=200)
        if st.button(_("Revenir à cette version"), disabled=not reason.strip()):
            upkeep.roll_back(home, chosen, reason)
            st.rerun()
