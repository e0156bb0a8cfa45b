"""The legend of a map, as a list that can be read without seeing a colour."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from dashboard.i18n import _, current_language, ngettext, text
from dashboard.maps.classes import Classification
from dashboard.maps.marks import age_image, approximate_image, mark_image
from dashboard.maps.palette import HIDDEN_LINE, NO_DATA_GROUND, NO_DATA_LINE
from dashboard.maps.places import PlaceSet
from geodata.staleness import AGE_NAMES, Age

SWATCH: Final = (
    "display:inline-block;flex:none;width:1.9em;height:1.15em;border:1px solid #5b646c;"
    "margin-right:.55em;vertical-align:middle;print-color-adjust:exact;-webkit-print-color-adjust:exact"
)
_MARK: Final = "flex:none;width:1.15em;height:1.15em;margin:0 .93em 0 .37em"
_COUNT: Final = "color:#4a545d"
_LIST: Final = "list-style:none;margin:0;padding:0"
_ROW: Final = "display:flex;align-items:center;margin:.15em 0"


def legend_html(
    classification: Classification,
    labels: Sequence[str],
    colours: Sequence[str],
    title: str = "",
    hidden_note: str | None = None,
    places: Sequence[PlaceSet] = (),
) -> str:
    """Write the legend in the current language.

    Parameters
    ----------
    classification
        Counts of each class, without data, and not shown.
    labels, colours
        Formatted range and colour of each class, lowest first.
    title
        What the colours measure, with its unit.
    hidden_note
        Words for communities whose value is not shown; a default where none is given.
    places
        Sets of places laid over the map, each with its mark and its number.

    Returns
    -------
    str
        HTML, every text escaped.
    """
    rows = [
        _row(f"background:{colour}", label, count)
        for label, colour, count in zip(labels, colours, classification.counts, strict=True)
    ]
    if classification.no_data:
        rows.append(_row(_hatch(NO_DATA_LINE, 45), _("Pas de données"), classification.no_data))
    if classification.hidden:
        words = hidden_note or _("Valeur non montrée : elle appartient à la communauté")
        rows.append(_row(_hatch(HIDDEN_LINE, 135), words, classification.hidden))
    rows += [_mark_row(kind) for kind in places]
    inks = _ink_rows(places)
    heading = f'<p style="margin:0 0 .3em;font-weight:600">{escape(title)}</p>' if title else ""
    ages = escape(_("Âge des fiches"))
    below = f'<ul aria-label="{ages}" style="{_LIST}">{inks}</ul>' if inks else ""
    about = escape(_("Ces chiffres décrivent des conditions de vie, pas des personnes."))
    name = escape(_("Légende"))
    return (
        f'<section class="proximite-legend" lang="{current_language()}" aria-label="{name}">'
        f'{heading}<ul style="{_LIST}">{"".join(rows)}</ul>{below}'
        f'<p style="margin:.5em 0 0">{about}</p></section>'
    )


def _mark_row(places: PlaceSet) -> str:
    return _image_row(mark_image(places.category), places.title, f" · {_grouped(places.count)}")


def _ink_rows(places: Sequence[PlaceSet]) -> str:
    """Say what the ink of the marks tells: the age of a place, and whether its point is only near it."""
    counts = {age: sum(kind.ages.get(age, 0) for kind in places) for age in Age}
    rows = [
        _image_row(age_image(age), text(AGE_NAMES[age]), f" · {_grouped(count)}")
        for age, count in counts.items()
        if count
    ]
    approximate = sum(kind.approximate for kind in places)
    if approximate:
        said = _("position approximative (code postal ou municipalité)")
        rows.append(_image_row(approximate_image(), said, f" · {_grouped(approximate)}"))
    return "".join(rows)


def _image_row(image: str, label: str, count: str) -> str:
    return (
        f'<li style="{_ROW}"><img alt="" src="{image}" style="{_MARK}">'
        f'<span>{escape(label)}<span style="{_COUNT}">{escape(count)}</span></span></li>'
    )


def _grouped(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f" if current_language() == "fr" else ",")


def _row(fill: str, label: str, count: int) -> str:
    territories = ngettext("{n} territoire", "{n} territoires", count).format(n=_grouped(count))
    return (
        f'<li style="{_ROW}"><span aria-hidden="true" style="{SWATCH};{escape(fill)}"></span>'
        f'<span>{escape(label)}<span style="{_COUNT}"> · {escape(territories)}</span></span></li>'
    )


def _hatch(line: str, degrees: int) -> str:
    stripes = f"{NO_DATA_GROUND} 0 3px,{line} 3px 4.5px"
    return f"background:repeating-linear-gradient({degrees}deg,{stripes})"
