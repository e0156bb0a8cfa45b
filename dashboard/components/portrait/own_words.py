"""The automatic text, which the table may change before it is printed."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard.components.html import line, show, tag, words
from dashboard.exports.portrait_content import Content, paragraph_titles
from dashboard.i18n import _

_KEPT: Final = "portrait-words"


def own_words(content: Content) -> dict[str, str]:
    """Draw the text, paragraph by paragraph, and give those that the table changed.

    They stay for the session, under their territory and their language.
    """
    changes = changes_of(content)
    titles = paragraph_titles()
    show(
        tag("h2", words(_("En mots")), css="px-section"),
        line(
            _(
                "Ce texte est écrit à partir des chiffres. Corrigez-le avec vos mots : les fichiers le "
                "diront. Un paragraphe vidé n'est pas imprimé."
            )
        ),
    )
    for each in content.paragraphs:
        key = f"words-{content.territory}-{content.language}-{each.key}"
        st.session_state[key] = changes.get(each.key, each.text)
        st.text_area(
            titles[each.key],
            key=key,
            height="content",
            on_change=_keep,
            args=(content.territory, content.language, each.key, each.text, key),
        )
        if each.key in changes:
            show(line(_("Texte modifié par la table."), css="px-small"))
    if changes:
        st.button(
            _("Rétablir le texte automatique"),
            key="portrait-words-back",
            on_click=_restore,
            args=(content.territory, content.language),
        )
    return changes


def changes_of(content: Content) -> dict[str, str]:
    """Give what the table changed in this portrait."""
    kept: dict[str, dict[str, str]] = st.session_state.setdefault(_KEPT, {})
    return dict(kept.get(_place(content.territory, content.language), {}))


def _keep(territory: str, language: str, paragraph: str, written: str, key: str) -> None:
    kept: dict[str, dict[str, str]] = st.session_state.setdefault(_KEPT, {})
    changes = kept.setdefault(_place(territory, language), {})
    said = str(st.session_state[key])
    if said.strip() == written.strip():
        changes.pop(paragraph, None)
    else:
        changes[paragraph] = said


def _restore(territory: str, language: str) -> None:
    st.session_state.get(_KEPT, {}).pop(_place(territory, language), None)


def _place(territory: str, language: str) -> str:
    return f"{territory} {language}"
