"""The sources: from whom, of when, under which licence, and whether they were reached live."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import sources_words as said
from dashboard.components.downloads import downloads
from dashboard.components.html import line, show, table, tag, words
from dashboard.i18n import _, text
from etl.status import SourceStatus
from geodata.model import LICENCES
from geodata.package import Package

_IN_LINK = "source"
_CHOSEN = "chosen_source"
_NONE = ""


def sources(package: Package, statuses: list[SourceStatus]) -> None:
    """Draw the table of sources, then the one that is looked at closely."""
    show(tag("h2", words(_("Les sources")), css="px-section", id="sources"))
    present = [status for status in statuses if status.present]
    show(_table(present, _("Sources du paquet montré")))
    downloads(
        lambda: said.sources_sheet(statuses),
        "proximite sources",
        "sources",
        label=_("Télécharger les sources"),
    )
    _closely(package, present)
    _to_come([status for status in statuses if not status.present])


def _table(statuses: list[SourceStatus], caption: str) -> str:
    headings = (_("Source"), _("Licence"), _("Millésime"), _("Âge"), _("En direct"), _("Dernier contrôle"))
    return table(caption, headings, [_row(status) for status in statuses])


def _row(status: SourceStatus) -> tuple[str, ...]:
    title = tag("span", words(text(status.title)), css="px-strong")
    if status.withdrawn is not None:
        title += line(_("Retirée : {reason}").format(reason=text(status.withdrawn)), css="px-small")
    return (
        title + line(text(status.producer), css="px-small"),
        _licence(status),
        words(status.vintage),
        words(said.age(status)),
        words(said.live(status)),
        words(said.control(status)),
    )


def _licence(status: SourceStatus) -> str:
    licence = LICENCES.get(status.licence)
    title = words(text(status.licence_title))
    return tag("a", title, href=licence.url, rel="noreferrer") if licence and licence.url else title


def _closely(package: Package, statuses: list[SourceStatus]) -> None:
    by_id = {status.id: status for status in statuses}
    asked = str(st.query_params.get(_IN_LINK, _NONE))
    st.session_state[_CHOSEN] = asked if asked in by_id else _NONE
    st.selectbox(
        _("Voir une source de près"),
        [_NONE, *by_id],
        format_func=lambda name: text(by_id[name].title) if name else _("Aucune"),
        key=_CHOSEN,
        on_change=_choose,
    )
    if asked in by_id:
        _detail(package, by_id[asked])


def _choose() -> None:
    chosen = str(st.session_state[_CHOSEN])
    if chosen:
        st.query_params[_IN_LINK] = chosen
    else:
        st.query_params.pop(_IN_LINK, None)


def _detail(package: Package, status: SourceStatus) -> None:
    source = package.sources[status.id]
    facts = [
        (_("Mention demandée"), text(source.attribution)),
        (_("Mise en garde"), text(source.caveat)),
        (_("État du fichier"), said.condition(source)),
        (_("En direct"), " ".join(part for part in (said.live(status), said.live_note(status)) if part)),
        (_("Dernière demande"), said.last_asked(status)),
        (_("Remarques"), " ".join(text(note) for note in status.notes) or _("Aucune")),
        (_("Indicateurs"), said.indicator_titles(package, status.id)),
        (_("Fichiers et empreintes (SHA-256)"), said.files(source)),
    ]
    rows = "".join(
        tag("div", tag("dt", words(name)), tag("dd", words(value))) for name, value in facts if value
    )
    link = tag("a", words(_("Page du producteur")), href=source.url, rel="noreferrer")
    show(
        tag("section", tag("h3", words(text(status.title))), tag("dl", rows, css="px-facts"), css="px-card"),
        tag("p", link),
    )


def _to_come(statuses: list[SourceStatus]) -> None:
    if not statuses:
        return
    lead = _("S'ajouteront à la première actualisation en direct, si leur service répond :")
    items = [
        tag("li", tag("span", words(text(s.title)), css="px-strong"), words(f" · {text(s.producer)}"))
        for s in statuses
    ]
    show(
        tag(
            "section",
            tag("h3", words(_("Pas encore chargées"))),
            line(lead),
            tag("ul", *items),
            css="px-card",
        )
    )


def summary(package: Package, home: Path) -> None:
    """Say in one line what is shown and when it was made."""
    show(line(said.package_sentence(package, home), css="px-lead"))
