"""The comparison in words: written from the figures, changed by the table if it wishes."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.components.comparer.look import heading
from dashboard.components.html import line, show
from dashboard.i18n import _, current_language
from dashboard.narration import comparison_text
from geodata.package import Package


def story(package: Package, territories: Sequence[str], indicators: Sequence[str]) -> str:
    """Draw the automatic text, which may be changed, and give it as it goes into the files.

    A text that was changed stays for this session, under these territories and indicators; the files say
    that the table changed it.
    """
    written = "\n\n".join(part.text for part in comparison_text(package, territories, indicators))
    if not written:
        return ""
    heading(_("En mots"))
    key = "story-" + "-".join([current_language(), *territories, *indicators])
    text = st.text_area(
        _("Texte écrit à partir des chiffres ; vous pouvez le changer avant de télécharger"),
        value=written,
        key=key,
        height="content",
    )
    if text == written:
        return written
    show(line(_("Texte modifié par la table."), css="px-small"))
    st.button(_("Rétablir le texte automatique"), key=f"{key}-back", on_click=_restore, args=(key, written))
    return _("Texte modifié par la table : {text}").format(text=text)


def _restore(key: str, written: str) -> None:
    st.session_state[key] = written
