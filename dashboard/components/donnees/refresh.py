"""« Actualiser »: start a refresh, follow it, leave if one likes, and read what it did."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import streamlit as st

from dashboard import format as fmt
from dashboard import sources_words as said
from dashboard import upkeep
from dashboard.components.html import line, show, tag, words
from dashboard.i18n import _, current_language, text
from etl.jobs import Job
from etl.status import SourceStatus
from geodata.errors import ProximiteError
from geodata.text import Text

_POLL_SECONDS: Final = 1.0
_CHOSEN = "refresh_sources"
_SEEN = "refresh_seen"


def refresh(home: Path, statuses: list[SourceStatus]) -> None:
    """Draw the button, or the progress, or what the last refresh did."""
    job = upkeep.job(home)
    if job.at_work:
        st.session_state[_SEEN] = job.started_at
        _progress(home)
        return
    if upkeep.allowed():
        _start(home, statuses)
    _outcome(home, job, {status.id: text(status.title) for status in statuses})


def _start(home: Path, statuses: list[SourceStatus]) -> None:
    live = {s.id: s for s in statuses if s.live != "no_client"}
    with st.popover(_("Actualiser"), type="primary"):
        show(
            line(
                _(
                    "Chaque source est demandée à son producteur, comparée à la précédente, puis publiée si "
                    "elle lui ressemble. Une source qui ne répond pas garde ses dernières bonnes données."
                )
            )
        )
        chosen = st.multiselect(
            _("Sources à demander"),
            list(live),
            format_func=lambda name: text(live[name].title),
            placeholder=_("toutes"),
            key=_CHOSEN,
        )
        if st.button(_("Lancer l'actualisation")):
            _launch(home, chosen, {})


def _launch(home: Path, sources: list[str], accept: dict[str, str]) -> None:
    try:
        upkeep.start(home, sources, accept)
    except ProximiteError as problem:
        show(tag("div", line(problem.sentence(current_language())), css="px-notice", role="alert"))
        return
    st.rerun()


@st.fragment(run_every=_POLL_SECONDS)
def _progress(home: Path) -> None:
    """Draw how far it is; once it is over, the whole page is drawn again on the new data."""
    job = upkeep.job(home)
    if not job.at_work:
        st.rerun()
    share = min(1.0, job.done / job.all) if job.all else 0.0
    st.progress(share, text=_("Actualisation : {stage}").format(stage=said.stage(job.stage) or _("départ")))
    show(line(_("Vous pouvez quitter cette page : le travail continue, et ces données restent en place.")))


def _outcome(home: Path, job: Job, titles: dict[str, str]) -> None:
    if job.state == "none":
        return
    if job.error is not None:
        lead = _("La dernière actualisation n'a rien changé.")
        show(tag("div", line(lead), line(text(job.error), css="px-small"), css="px-notice", role="status"))
        return
    report = job.report or {}
    label = _("Dernière actualisation : {date}").format(date=fmt.moment(job.finished_at))
    fresh = st.session_state.get(_SEEN) == job.started_at
    with st.expander(label, expanded=fresh):
        show(*_what_happened(report, titles))
        for outcome in report.get("sources", []):
            if outcome["state"] == "refused" and upkeep.allowed():
                _accept(home, outcome, titles)


def _what_happened(report: dict[str, Any], titles: dict[str, str]) -> list[str]:
    outcomes = [o for o in report.get("sources", []) if o["state"] != "kept"]
    asked_all_failed = bool(outcomes) and all(o["state"] == "failed" for o in outcomes)
    if asked_all_failed:
        return [
            line(_("Aucun service n'a répondu. Vérifiez la connexion ; rien n'a été remplacé.")),
            *_failures(outcomes[:3], titles),
        ]
    if report.get("published"):
        difference = (report.get("difference") or {}).get("summary")
        summary = text(Text.from_mapping(difference)) if difference else ""
        pieces = [line(_("Un nouveau paquet est en place : {summary}.").format(summary=summary))]
    else:
        pieces = [line(_("Rien de nouveau : le paquet reste le même."))]
    items = [tag("li", *_source_line(outcome, titles)) for outcome in outcomes]
    return [*pieces, tag("div", tag("ul", *items), css="px-card")]


def _failures(outcomes: list[dict[str, Any]], titles: dict[str, str]) -> list[str]:
    return [tag("div", tag("ul", *(tag("li", *_source_line(o, titles)) for o in outcomes)), css="px-card")]


def _source_line(outcome: dict[str, Any], titles: dict[str, str]) -> list[str]:
    state = {
        "fetched": _("● prise"),
        "unchanged": _("● inchangée"),
        "failed": _("○ pas obtenue"),
        "refused": _("◐ refusée, trop différente"),
        "withdrawn": _("○ retirée"),
        "waiting": _("◐ en attente"),
    }.get(outcome["state"], outcome["state"])
    title = tag("span", words(titles.get(outcome["id"], outcome["id"])), css="px-strong")
    detail = text(Text.from_mapping(outcome["detail"]))
    drifts = [
        tag("li", words(text(Text.from_mapping(drift["detail"]))))
        for drift in outcome.get("drifts", [])
        if drift["verdict"] != "ok"
    ]
    return [title, words(f" · {state} · {detail}"), tag("ul", *drifts) if drifts else ""]


def _accept(home: Path, outcome: dict[str, Any], titles: dict[str, str]) -> None:
    name = outcome["id"]
    title = titles.get(name, name)
    with st.form(f"accept_{name}"):
        show(
            line(
                _(
                    "« {source} » est trop différente de la précédente pour être publiée sans qu'une "
                    "personne l'ait regardée."
                ).format(source=title)
            )
        )
        reason = st.text_input(_("Pourquoi l'accepter ? (gardé dans l'historique)"), max_chars=200)
        if st.form_submit_button(_("Accepter et publier")):
            if reason.strip():
                _launch(home, [name], {name: reason.strip()})
            else:
                show(tag("p", words(_("Écrivez une raison.")), role="alert"))
