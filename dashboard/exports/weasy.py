"""HTML to a tagged PDF, without asking anything of another machine or of the disk."""

from __future__ import annotations

from ctypes.util import find_library
from functools import cache
from html import escape
from importlib import import_module
from types import ModuleType
from typing import Final

from geodata.errors import ProximiteError
from geodata.text import Language, Text

PDF_VARIANT: Final = "pdf/ua-1"
FONTS: Final = '"DejaVu Sans", sans-serif'
SYSTEM_PACKAGES: Final = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
"""What Debian and Ubuntu call the libraries and the font that a PDF needs."""


class PdfLibrariesError(ProximiteError, OSError):
    """The system's text libraries, which no Python package brings, are missing."""


def render_pdf(html: str, language: Language, title: str, *, css: str = "") -> bytes:
    """Print HTML to a tagged PDF (PDF/UA-1).

    Parameters
    ----------
    html
        What goes inside ``<body>``; every text escaped. Images are inline SVG or ``data:`` addresses, with
        an ``alt``: any other address is refused and its image left out.
    language
        Language of the document.
    title
        Title of the document, plain text.
    css
        Style sheet, page size and margins included.

    Raises
    ------
    PdfLibrariesError
        If the system's text libraries are missing; the message says which command installs them.
    """
    weasyprint = _weasyprint()
    document = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>html {{ font-family: {FONTS} }}\n{css}</style></head><body>{html}</body></html>"
    )
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    page = weasyprint.HTML(string=document, url_fetcher=fetcher)
    return bytes(page.write_pdf(pdf_variant=PDF_VARIANT, pdf_tags=True))


@cache
def pdf_problem() -> PdfLibrariesError | None:
    """Say why no PDF can be made here, or null: a page asks before it offers one."""
    if find_library("pango-1.0") and find_library("pangoft2-1.0"):
        return None
    # Not every system can list its libraries: only loading them tells.
    try:
        _weasyprint()
    except PdfLibrariesError as problem:
        return problem
    return None


def _weasyprint() -> ModuleType:
    """Load weasyprint when a PDF is asked for: it takes half a second, and needs the system's libraries."""
    try:
        return import_module("weasyprint")
    except OSError as failure:
        raise PdfLibrariesError(
            Text(
                "Il manque au système les bibliothèques de texte dont un PDF a besoin",
                "The system lacks the text libraries that a PDF needs",
            ),
            hint=Text(
                f"installez-les avec « sudo apt-get install {SYSTEM_PACKAGES} », puis redémarrez Proximité",
                f"install them with “sudo apt-get install {SYSTEM_PACKAGES}”, then restart Proximité",
            ),
        ) from failure
