"""Entries that may be one place: both side by side, the score explained, and an answer that can be undone."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Final

import streamlit as st

from dashboard import duplicates_view as view
from dashboard import format as fmt
from dashboard import listings_view, upkeep
from dashboard.components.html import line, show, tag, words
from dashboard.components.organismes.messages import refused
from dashboard.components.organismes.take_in import take_in
from dashboard.duplicates_view import Pair, Side
from dashboard.i18n import _, text
from etl.listings.review import Word, decide
from geodata.errors import ProximiteError
from geodata.package import Package

MOST_SHOWN: Final = 10
_QUEUE = "duplicates_queue"


class Queue(StrEnum):
    """Which pairs are drawn."""

    WAITING = "waiting"
    JOINED = "joined"
    DECIDED = "decided"


def duplicates(package: Package, home: Path) -> None:
    """Draw the pairs to examine, those joined without asking, and those decided."""
    queues = view.queues(package, home)
    pairs = {Queue.WAITING: queues.waiting, Queue.JOINED: queues.joined, Queue.DECIDED: queues.decided}
    show(
        line(
            _(
                "Deux fiches d'un même lieu ne comptent qu'une fois. Au-dessus de {sure}, si elles sont de "
                "même sorte, elles sont réunies sans demander ; à partir de {least}, une personne tranche. "
                "Tout se défait."
            ).format(sure=fmt.share(view.AUTOMATIC), least=fmt.share(view.REVIEW))
        )
    )
    names = {
        Queue.WAITING: _("À examiner ({n})"),
        Queue.JOINED: _("Réunies sans demander ({n})"),
        Queue.DECIDED: _("Décidées ({n})"),
    }
    queue = st.segmented_control(
        _("Paires de fiches"),
        list(Queue),
        format_func=lambda q: names[q].format(n=fmt.number(len(pairs[q]))),
        key=_QUEUE,
        default=Queue.WAITING,
        required=True,
    )
    chosen = pairs[Queue(queue or Queue.WAITING)]
    if not chosen:
        show(line(_("Aucune paire ici."), css="px-lead"))
    for pair in chosen[:MOST_SHOWN]:
        _pair(package, home, pair)
    if len(chosen) > MOST_SHOWN:
        left = _("Paires encore à voir après celles-ci : {n}.").format(n=fmt.number(len(chosen) - MOST_SHOWN))
        show(line(left, css="px-small"))
    if queues.decided:
        take_in(home)


def _pair(package: Package, home: Path, pair: Pair) -> None:
    with st.container(border=True, key=f"pair_{pair.key}"):
        left, right = st.columns(2)
        with left:
            show(_side(package, pair.left))
        with right:
            show(_side(package, pair.right))
        if pair.likeness is not None:
            said = _("Ressemblance de {explanation}").format(explanation=text(pair.likeness.explanation()))
            show(line(said))
        if pair.answer:
            show(line(_answer(pair), css="px-strong"))
        if upkeep.allowed():
            _buttons(home, pair)


def _side(package: Package, side: Side) -> str:
    place = [side.address, side.city, side.postal_code]
    pieces = [
        tag("h3", words(side.name)),
        line(", ".join(part for part in place if part)),
        line(listings_view.source_title(package, side.source), css="px-small"),
        line(_("sans date") if not side.assured_date else fmt.date(side.assured_date), css="px-small"),
    ]
    return tag("section", *pieces, css="px-card")


def _answer(pair: Pair) -> str:
    return _("Décidé : même lieu") if pair.answer == "same" else _("Décidé : lieux différents")


def _buttons(home: Path, pair: Pair) -> None:
    offered: list[tuple[Word, str]] = [("same", _("Même lieu")), ("different", _("Lieux différents"))]
    if pair.answer:
        offered = [("undo", _("Annuler la décision"))]
    elif pair.joined:
        offered = offered[1:]
    with st.container(horizontal=True):
        for word, label in offered:
            if st.button(label, key=f"{word}_{pair.key}"):
                _decide(home, pair, word)


def _decide(home: Path, pair: Pair, word: Word) -> None:
    score = pair.likeness.score if pair.likeness else None
    try:
        decide(home, pair.left.id, pair.right.id, word, score=score)
    except (ProximiteError, OSError) as problem:
        refused(problem)
        return
    st.rerun()
