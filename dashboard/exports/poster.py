"""A map to be hung on a wall: one A3 sheet, told apart in black and white too."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Final

from dashboard import format as fmt
from dashboard.certainty import error_note
from dashboard.components.help_lines import community_notice
from dashboard.components.html import line, tag, words
from dashboard.components.labels import map_title, place_line, territory_name
from dashboard.components.provenance import source_line
from dashboard.exports.poster_table import figures_table
from dashboard.exports.weasy import render_pdf
from dashboard.figures import Figures, figures
from dashboard.i18n import _, in_language, text
from dashboard.maps.still import still_map
from dashboard.maps.still_text import wrapped
from dashboard.state import Selection
from geodata.model import Indicator, Level
from geodata.package import Package
from geodata.text import Language

AROUND: Final = 0.45
"""Room shown on each side of the chosen territories, as a share of their size."""

MAP_PX: Final = (820, 655)
"""Eleven pixels are then ten points on the sheet."""

COLUMN_MM: Final = 117.0
ROOM_MM: Final = 190.0
"""Height of the right column, less what is on every sheet: a title of two lines, the headings."""

TEXT_MM: Final = (3.9, 5.3)
CAVEAT_MM: Final = (3.4, 4.5)
"""Size of the type and height of a line."""

CSS: Final = """
@page { size: 420mm 297mm; margin: 11mm 12mm }
html { font-size: 11pt; line-height: 1.35; color: #101418 }
body { margin: 0 }
h1 { font-size: 25pt; line-height: 1.15; margin: 0 0 1mm }
h2 { font-size: 14pt; margin: 0 0 2mm }
p { margin: 0 0 2mm }
.sub { font-size: 14pt; margin: 0 0 4mm }
.left { float: left; width: 270mm }
.right { margin-left: 279mm }
figure { margin: 0 }
img { display: block; width: 270mm }
table { width: 100%; border-collapse: collapse; font-size: 9.5pt; line-height: 1.3; margin: 0 0 3mm }
caption { text-align: left; font-size: 10pt; padding: 0 0 1.5mm }
th, td { text-align: left; vertical-align: top; padding: .8mm 1.5mm .8mm 0 }
tr > * { border-bottom: .3mm solid #7b858d }
td.n, td:last-child { white-space: nowrap }
tr.own th, tr.own td { border-bottom: .8mm solid #101418; border-top: .8mm solid #101418; font-weight: 700 }
tbody th { font-weight: 400 }
.small { font-size: 8.5pt; line-height: 1.3; margin: 0 0 1mm }
.caveat { font-size: 9.5pt; line-height: 1.3 }
.notice { border: .6mm solid #101418; padding: 2mm 3mm; margin: 0 0 3mm }
.key { font-weight: 700 }
"""


def poster_pdf(
    package: Package,
    level: Level,
    indicator_id: str,
    period: str,
    focus: Sequence[str],
    language: Language,
) -> bytes:
    """Print one indicator at one level on an A3 sheet, as a tagged PDF.

    Parameters
    ----------
    package, level, indicator_id, period
        What the map shows.
    focus
        Territories outlined and framed, the first one with its neighbours in the table; all of the level
        where empty.
    language
        Language of the sheet.

    Raises
    ------
    SelectionError
        If the package does not hold what is asked, or the level has no shape.
    PdfLibrariesError
        If the system's text libraries are missing.
    """
    with in_language(language):
        body = poster_html(package, level, indicator_id, period, focus)
        title = map_title(package, Selection(level, indicator_id, period))
    return render_pdf(body, language, title, css=CSS)


def poster_html(package: Package, level: Level, indicator_id: str, period: str, focus: Sequence[str]) -> str:
    """Write what the sheet says, in the current language."""
    shown = figures(package, level, indicator_id, period)
    indicator = package.indicators[indicator_id]
    names = ", ".join(territory_name(package, each) for each in focus)
    sub = f"{names} — {place_line(package, focus[0])}" if len(focus) == 1 else names
    found = dict.fromkeys(community_notice(package, each) for each in focus)
    notices = [notice for notice in found if notice]
    said = _reading(shown, indicator)
    about = _("Ces chiffres décrivent des conditions de vie, pas des personnes.")
    caveat = text(indicator.caveat)
    room_mm = _room_mm([*said, about], notices, caveat)
    right = [
        *(tag("div", line(notice), css="notice") for notice in notices),
        figures_table(package, shown, indicator, focus, room_mm),
        tag("h2", words(_("Lire la carte"))),
        *(line(each) for each in said),
        line(about, css="key"),
        line(caveat, css="caveat"),
    ]
    return "".join(
        [
            tag("h1", words(map_title(package, Selection(level, indicator_id, period)))),
            line(sub, css="sub"),
            tag("div", _figure(package, shown, indicator, focus), *_origin(package, indicator), css="left"),
            tag("div", *right, css="right"),
        ]
    )


def _figure(package: Package, shown: Figures, indicator: Indicator, focus: Sequence[str]) -> str:
    title = map_title(package, Selection(shown.level, shown.indicator, shown.period))
    width, height = MAP_PX
    svg = still_map(
        package,
        shown.level,
        shown.values,
        indicator=indicator,
        title="",
        focus=focus,
        extent=list(focus) or None,
        width_px=width,
        height_px=height,
        patterned=True,
        hidden=shown.frame["hidden"],
        notes=False,
        pad=AROUND,
        legend_under=True,
    )
    said = svg[svg.index("<desc>") + 6 : svg.index("</desc>")]
    address = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    return tag("figure", f'<img alt="{escape(title)}. {said}" src="{address}">')


def _room_mm(said: Sequence[str], notices: Sequence[str], caveat: str) -> float:
    """Give the height that is left to the rows of the table by the text of the column."""
    text_mm, text_line = TEXT_MM
    taken = sum(len(wrapped(each, COLUMN_MM, text_mm)) * text_line + 2 for each in said)
    taken += sum(len(wrapped(each, COLUMN_MM - 8, text_mm)) * text_line + 11 for each in notices)
    caveat_mm, caveat_line = CAVEAT_MM
    return ROOM_MM - taken - len(wrapped(caveat, COLUMN_MM, caveat_mm)) * caveat_line


def _reading(shown: Figures, indicator: Indicator) -> list[str]:
    """Say how to read the map; the caveat is apart."""
    said = [
        _("Plus la trame est chargée d'encre, plus la valeur est élevée. Lignes obliques : pas de classe."),
        text(indicator.definition),
    ]
    if shown.recalled is not None:
        said.append(_("Retiré : {reason}").format(reason=text(shown.recalled)))
    margins = error_note(shown.frame, indicator)
    return [*said, margins] if margins else said


def _origin(package: Package, indicator: Indicator) -> list[str]:
    known = package.sources.get(indicator.source_id)
    made = _("Affiche faite le {date} avec Proximité, données version {version}.").format(
        date=fmt.date(date.today().isoformat()), version=package.id[:8]
    )
    said = [source_line(known, indicator), text(known.attribution)] if known else []
    return [line(each, css="small") for each in (*said, made)]
