"""What an offline portrait says beside its map: key figures, text, services, sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dashboard.components.html import line, table, tag, words
from dashboard.exports.portrait_content import Content, InsideRow, ServiceRow, paragraph_titles
from dashboard.exports.portrait_html import figure_cells, figure_headings
from dashboard.i18n import _


def facts(said: Content) -> list[str]:
    """Write the key figures by theme, how people are spread inside, and the services."""
    titles = paragraph_titles()
    headings = figure_headings(said)
    pieces = [tag("h2", words(_("Chiffres clés")))] if said.sections else []
    pieces += [
        _table(section.title, headings, [figure_cells(row, said) for row in section.rows])
        for section in said.sections
    ]
    if said.inside:
        pieces += [tag("h2", words(titles["inside"])), _inside(said.inside)]
    if said.services:
        pieces += [tag("h2", words(titles["services"])), _services(said.services)]
    return pieces


def about(said: Content, changed: Mapping[str, str]) -> list[str]:
    """Write the text, what people have said, and where everything comes from.

    Parameters
    ----------
    changed
        Paragraphs that the table rewrote, by key; an empty one is left out.
    """
    titles = paragraph_titles()
    pieces = [tag("h2", words(_("En mots")))]
    for paragraph in said.paragraphs:
        written = changed.get(paragraph.key, paragraph.text).strip()
        if written:
            pieces += [tag("h3", words(titles[paragraph.key])), *map(line, written.splitlines())]
            pieces += (
                [line(_("Texte modifié par la table."), css="small")] if paragraph.key in changed else []
            )
    pieces += [tag("h2", words(_("Ce que disent les gens"))), line(said.voices)]
    pieces += [tag("h2", words(_("Sources"))), *(line(each, css="small") for each in said.sources)]
    made = _("Fait le {date} avec Proximité. Ce fichier s'ouvre sans Internet et n'envoie rien.")
    return [*pieces, line(said.version, css="small"), line(made.format(date=said.made_on), css="small")]


def _inside(rows: Sequence[InsideRow]) -> str:
    headings = [_("Indicateur"), "1", "2", "3", "4", "5", _("Aires de diffusion")]
    caption = _("Part des gens dans chaque cinquième du Québec, du moins élevé (1) au plus élevé (5)")
    return _table(caption, headings, (map(words, (row.title, *row.shares, row.areas)) for row in rows))


def _services(rows: Sequence[ServiceRow]) -> str:
    headings = [
        _("Catégorie"),
        _("Lieux"),
        _("Pour 10 000 personnes"),
        _("Liste vérifiée"),
        _("Les plus proches du centre, en ligne droite"),
    ]
    cells = (
        [
            row.name,
            row.count,
            row.rate,
            " ".join(part for part in (row.checked, row.stale) if part),
            " ; ".join(row.nearest),
        ]
        for row in rows
    )
    return _table(_("Lieux recensés dans le territoire"), headings, (map(words, row) for row in cells))


def _table(caption: str, headings: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a table without the columns that say nothing."""
    cells = [list(row) for row in rows]
    kept = [at for at in range(len(headings)) if not at or any(row[at] for row in cells)]
    return table(caption, [headings[at] for at in kept], ([row[at] for at in kept] for row in cells))
