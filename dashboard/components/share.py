"""A link that opens the page just as it is, copied by one button."""

from __future__ import annotations

import json
from html import escape
from typing import Final

import streamlit as st

from dashboard import address
from dashboard.components.html import tag, words
from dashboard.data import PACKAGE_ID_LENGTH
from dashboard.i18n import _
from dashboard.links import here
from dashboard.state import Key, Offer, Selection
from geodata.package import Package

_COPY: Final = """{
  const words = WORDS;
  const box = document.querySelector(`[data-copy="${words.key}"]`);
  const field = box.querySelector("input");
  const said = box.querySelector("[role=status]");
  box.querySelector("button").onclick = async () => {
    let copied = false;
    try {
      await navigator.clipboard.writeText(field.value);
      copied = true;
    } catch {
      // Without https a browser has no clipboard to give: the field is selected and copied from.
      field.focus();
      field.select();
      copied = document.execCommand("copy");
    }
    said.textContent = copied ? words.copied : words.selected;
  };
  field.onfocus = () => field.select();
}"""


def share_page(package: Package, key: str) -> None:
    """Draw the link to any other page as it stands, with the version of its data."""
    copy_link(here(**{Key.PACKAGE.value: package.id[:PACKAGE_ID_LENGTH]}), key)


def share(selection: Selection, offer: Offer) -> None:
    """Draw the link to the map page as it stands."""
    copy_link(address.link(selection, offer), "map")


def copy_link(url: str, key: str) -> None:
    """Draw the button « Copier le lien » beside the link itself.

    Parameters
    ----------
    url
        The whole address.
    key
        Letters, digits and hyphens that tell this link from the others of the page.
    """
    button = tag("button", words(_("Copier le lien")), type="button")
    shown = escape(url)
    label = escape(_("Lien vers cette page, telle qu'elle est"))
    field = f'<input type="text" readonly value="{shown}" aria-label="{label}">'
    said = tag("span", role="status")
    facts = {
        "key": key,
        "copied": _("Lien copié"),
        "selected": _("Lien sélectionné : copiez-le avec Ctrl+C"),
    }
    script = _COPY.replace("WORDS", json.dumps(facts).replace("<", "\\u003c"))
    drawn = tag("div", button, field, said, css="px-copy", data_copy=key)
    st.html(f"{drawn}<script>{script}</script>", unsafe_allow_javascript=True)
