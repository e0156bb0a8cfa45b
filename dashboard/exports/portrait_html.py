"""A portrait on paper: the words of the content, set as a document that any reader can follow."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from dashboard import format as fmt
from dashboard.components.html import line, tag, words
from dashboard.exports.pictures import png_of_svg
from dashboard.exports.portrait_content import Content, InsideRow, Row, ServiceRow, paragraph_titles
from dashboard.exports.portrait_maps import PortraitMap
from dashboard.i18n import _
from dashboard.narration import Paragraph

CSS: Final = """
@page { size: A4; margin: 12mm 14mm 15mm;
  @bottom-left { content: string(name); font-size: 8pt; color: #3f4850 }
  @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; color: #3f4850 } }
html { font-size: 9pt; line-height: 1.32; color: #101418 }
body { margin: 0 }
h1 { font-size: 21pt; line-height: 1.15; margin: 0; string-set: name content() }
h2 { clear: both; font-size: 12.5pt; margin: 3.2mm 0 1.2mm; padding: 0 0 .5mm;
  border-bottom: .5mm solid #101418; break-after: avoid }
h3 { font-size: 10pt; margin: 3mm 0 .8mm; break-after: avoid }
p { margin: 0 0 1.5mm; orphans: 3; widows: 3 }
ul { margin: 0 0 2mm; padding-left: 4.5mm }
li { margin: 0 0 .8mm }
.sub { font-size: 11pt; margin: .5mm 0 2mm }
.first li { font-size: 10.5pt }
.notice { border: .5mm solid #101418; padding: 2mm 3mm; margin: 2mm 0 }
.notice p { margin: 0 }
.maps { margin: 2mm 0 0 }
.maps::after { content: ""; display: block; clear: both }
figure { margin: 0 4mm 0 0; width: 87mm; float: left; break-inside: avoid }
figure + figure { margin: 0 }
figure img { display: block; width: 100% }
figcaption { font-size: 8pt; line-height: 1.25; margin: 0 0 1mm; height: 10mm }
table { width: 100%; border-collapse: collapse; font-size: 8pt; line-height: 1.22; margin: 0 0 1mm }
caption { text-align: left; font-size: 10pt; font-weight: 700; padding: 2.5mm 0 .8mm; break-after: avoid }
thead { display: table-header-group }
tr { break-inside: avoid }
th, td { text-align: left; vertical-align: top; padding: .7mm 2mm .7mm 0;
  border-bottom: .2mm solid #8a949c; font-weight: 400 }
thead th { font-size: 8pt; border-bottom: .4mm solid #101418; vertical-align: bottom }
.figures { table-layout: fixed }
.figures thead th:first-child { width: 25% } .figures thead th:nth-child(2) { width: 15% }
.figures thead th:nth-child(3) { width: 17% } .figures thead th:last-child { width: 27% }
tbody.whole { break-inside: avoid }
tbody th[scope=rowgroup] { font-weight: 700; font-size: 9.5pt; padding-top: 2.2mm;
  border-bottom: .3mm solid #101418; break-after: avoid }
.inside th:first-child { width: 34% }
.services th:first-child { width: 21% } .services th:nth-child(5) { width: 40% }
.value { font-weight: 700; font-size: 9pt }
.small { font-size: 7.3pt; line-height: 1.2; color: #333c44 }
td img { display: block; width: 28mm; height: auto; margin: -.6mm 0 -.5mm }
.text h3 { margin-top: 2.2mm }
.sources { columns: 2; column-gap: 6mm; padding-left: 0; list-style: none }
.sources li { font-size: 7.5pt; line-height: 1.25; break-inside: avoid }
"""


MOST_WHOLE: Final = 4
"""A theme of so many rows at most stays on one page."""

MOST_NEAREST: Final = 3
MAP_SCALE: Final = 2.25
"""A map of 360 pixels is then printed at 235 points an inch."""


def portrait_html(
    content: Content,
    maps: Sequence[PortraitMap],
    where_to_turn: Iterable[str],
) -> str:
    """Write the body of the document, in the current language.

    Parameters
    ----------
    content
        What the portrait says.
    maps
        None, one or two.
    where_to_turn
        HTML of the help lines, which starts with its own heading.
    """
    pieces = [
        _head(content),
        _maps(maps),
        tag("h2", words(_("Chiffres clés"))),
        _figures(content) if content.sections else line(fmt.no_data()),
        line(reading(content), css="small"),
        *_inside(content.inside),
        tag("h2", words(_("En mots"))),
        tag("div", *_text(content.paragraphs), css="text"),
        tag("h2", words(_("Services de proximité"))),
        _services(content.services),
        tag("h2", words(_("Ce que disent les gens"))),
        line(content.voices),
        tag("h2", words(_("Pour aller plus loin"))),
        *where_to_turn,
        tag("h2", words(_("Sources"))),
        tag("ul", *(tag("li", words(source)) for source in content.sources), css="sources"),
        line(content.version, css="small"),
    ]
    return "".join(pieces)


def _head(content: Content) -> str:
    made = _("Portrait fait le {date}").format(date=content.made_on)
    compared = _("Comparé à : {name}").format(name=content.compared_with) if content.compared_with else ""
    notice = tag("div", line(content.notice), css="notice") if content.notice else ""
    return "".join(
        [
            tag("h1", words(content.name)),
            line(content.place, css="sub"),
            line(" · ".join(each for each in (made, compared) if each)),
            notice,
            tag("ul", *(tag("li", words(sentence)) for sentence in content.first), css="first"),
            line(_("Ces chiffres décrivent des conditions de vie, pas des personnes.")),
        ]
    )


def _maps(maps: Sequence[PortraitMap]) -> str:
    figures = [
        tag(
            "figure",
            tag("figcaption", words(each.title)),
            _picture(png_of_svg(each.svg, MAP_SCALE), "image/png", f"{each.title}. {each.said}"),
        )
        for each in maps
    ]
    return tag("div", *figures, css="maps") if figures else ""


def _picture(drawn: bytes, mime: str, said: str) -> str:
    """Embed a picture; maps come as PNG, since their textures take a PDF a second each to draw."""
    return f'<img alt="{escape(said)}" src="data:{mime};base64,{base64.b64encode(drawn).decode()}">'


def _figures(content: Content) -> str:
    """Set the key figures in one table, a group of rows for each theme."""
    headings = figure_headings(content)
    groups = []
    for section in content.sections:
        title = tag("th", words(section.title), scope="rowgroup", colspan=str(len(headings)))
        rows = [_tr(figure_cells(row, content)) for row in section.rows]
        groups.append(tag("tbody", tag("tr", title), *rows, css="whole" if len(rows) <= MOST_WHOLE else ""))
    return _frame(_("Valeurs, erreurs et comparaisons"), headings, groups, "figures")


def figure_headings(content: Content) -> list[str]:
    """Give the headings of the key figures; no column for a comparison where there is none."""
    headings = [_("Indicateur (année)"), _("Valeur"), _("Fiabilité")]
    if content.reference_name:
        headings.append(content.reference_name)
    return [*headings, _("Place (niveau : {level})").format(level=content.level)]


def figure_cells(row: Row, content: Content) -> list[str]:
    """Give the cells of a key figure as HTML; the page and the paper both show them."""
    value = tag("span", words(row.value), css="value") if row.shape else words(row.value)
    grade = tag("span", tag("span", words(row.shape), aria_hidden="true"), " ", words(row.why))
    cells = [
        words(f"{row.title} ({row.period})"),
        value + _small(row.error),
        grade if row.shape else "",
    ]
    if content.reference_name:
        cells.append(words(row.reference) + _small(row.gap) if row.reference else "")
    said = f"{row.title}, {row.value}, {row.standing}"
    strip = _picture(row.strip.encode(), "image/svg+xml", said) if row.strip else ""
    return [*cells, strip + _small(row.standing)]


def _small(said: str) -> str:
    return tag("div", words(said), css="small") if said else ""


def reading(content: Content) -> str:
    """Say how the key figures are read."""
    said = [_("± : marge d'erreur, 19 fois sur 20.")]
    if content.reference_name:
        said.append(
            _("« Écart non jugé » : l'incertitude n'est pas publiée, rien ne dit si l'écart la dépasse.")
        )
    said.append(_("Le trait des bandes est la valeur de comparaison ; le gros point, le territoire."))
    return " ".join(said)


def _inside(rows: Sequence[InsideRow]) -> list[str]:
    if not rows:
        return []
    heading = tag("h2", words(_("Écarts à l'intérieur du territoire")))
    return [heading, _table(*inside_words(), inside_cells(rows), "inside")]


def inside_words() -> tuple[str, list[str]]:
    """Give the caption and the headings of the spread inside."""
    caption = _("Part des gens dans chaque cinquième du Québec, du moins élevé (1) au plus élevé (5)")
    return caption, [_("Score de l'indice"), "1", "2", "3", "4", "5", _("Aires de diffusion")]


def inside_cells(rows: Sequence[InsideRow]) -> list[list[str]]:
    """Give the cells of the spread inside as HTML."""
    return [[words(cell) for cell in (row.title, *row.shares, row.areas)] for row in rows]


def _text(paragraphs: Sequence[Paragraph]) -> list[str]:
    titles = paragraph_titles()
    pieces = []
    for each in paragraphs:
        pieces.append(tag("h3", words(titles[each.key])))
        pieces += [line(part.strip()) for part in each.text.splitlines() if part.strip()]
    return pieces


def _services(rows: Sequence[ServiceRow]) -> str:
    headings = [
        _("Catégorie"),
        _("Lieux"),
        _("Pour 10 000 personnes"),
        _("Liste vérifiée"),
        _("Les plus proches du centre, en ligne droite"),
    ]
    cells = [
        [
            words(row.name),
            words(row.count),
            words(row.rate),
            words(row.checked) + _small(row.stale),
            words(_(" ; ").join(row.nearest[:MOST_NEAREST])),
        ]
        for row in rows
    ]
    return _table(_("Lieux recensés dans le territoire"), headings, cells, "services")


def _table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]], css: str) -> str:
    return _frame(caption, headings, [tag("tbody", *(_tr(cells) for cells in rows))], css)


def _frame(caption: str, headings: Sequence[str], bodies: Sequence[str], css: str) -> str:
    head = tag("tr", *(tag("th", words(heading), scope="col") for heading in headings))
    return tag("table", tag("caption", words(caption)), tag("thead", head), *bodies, css=css)


def _tr(cells: Sequence[str]) -> str:
    return tag("tr", tag("th", cells[0], scope="row"), *(tag("td", cell) for cell in cells[1:]))
