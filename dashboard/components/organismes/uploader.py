"""A box for a file, which Streamlit words in English only: ours speaks the language of the page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import format as fmt
from dashboard.components.html import show
from dashboard.i18n import _

_WORDED: Final = """<style>
[data-testid="stFileUploaderDropzone"] [data-testid="stBaseButton-secondary"] p {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
[data-testid="stFileUploaderDropzoneInstructions"] span,
[data-testid="stFileUploader"] [data-testid="stBaseButton-borderlessIcon"] { display: none; }
[data-testid="stFileUploaderDropzone"] [data-testid="stBaseButton-secondary"]
  [data-testid="stMarkdownContainer"]::after { content: CHOOSE; }
[data-testid="stFileUploaderDropzoneInstructions"]::after { content: MOST; font-size: .9rem; color: #4a545e; }
</style>"""


def uploader(
    label: str, key: str, types: Sequence[str] | None = None, most_mb: int | None = None
) -> UploadedFile | None:
    """Draw the box, and give the file that is in it.

    Parameters
    ----------
    label
        What the file is.
    key
        Of the widget.
    types
        Endings taken, without the dot; any where null.
    most_mb
        Largest size, in megabytes; that of the server where null.
    """
    most = _("{n} Mo au plus").format(n=fmt.number(most_mb or float(st.get_option("server.maxUploadSize"))))
    worded = _WORDED.replace("CHOOSE", _css(_("Choisir un fichier"))).replace("MOST", _css(most))
    show(worded)
    return st.file_uploader(label, key=key, type=types, max_upload_size=most_mb)


def _css(words: str) -> str:
    """Write a text as a string of CSS; ours hold no character that JSON would write otherwise than CSS."""
    return json.dumps(words, ensure_ascii=False)
