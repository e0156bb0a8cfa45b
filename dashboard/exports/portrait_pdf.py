"""The portrait of a territory as a tagged PDF of two to four A4 pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.comparison import Against, Reference, reference_of
from dashboard.components.help_lines import where_to_turn
from dashboard.components.labels import territory_name
from dashboard.exports.portrait_content import Content, portrait_content, with_changes
from dashboard.exports.portrait_html import CSS, portrait_html
from dashboard.exports.portrait_maps import PortraitMap, maps_of
from dashboard.exports.weasy import render_pdf
from dashboard.figures import province_of
from dashboard.i18n import _, in_language
from geodata.package import Package
from geodata.similar import Recipe
from geodata.text import Language


def portrait_pdf(
    package: Package,
    territory: str,
    against: Against,
    language: Language,
    text_overrides: Mapping[str, str] | None = None,
    *,
    chosen: str | None = None,
    recipe: Recipe | None = None,
) -> bytes:
    """Print a portrait as a PDF/UA-1.

    Parameters
    ----------
    territory
        An identifier of the package.
    against
        What it is compared with; Québec itself is compared with nothing.
    language
        Of the document.
    text_overrides
        Paragraphs that the table changed, by key; they are printed as such. An empty one is left out.
    chosen, recipe
        The territory picked, or the weights of likeness, where ``against`` asks for them.

    Raises
    ------
    SelectionError
        If the territory has no such comparison.
    PdfLibrariesError
        If the system's text libraries are missing.
    """
    with in_language(language):
        reference = reference_for(package, territory, against, chosen, recipe)
        maps = maps_of(package, territory, patterned=True)
    content = portrait_content(package, territory, reference, language)
    return print_portrait(package, with_changes(content, text_overrides or {}), maps)


def print_portrait(package: Package, content: Content, maps: Sequence[PortraitMap]) -> bytes:
    """Print a portrait that is already written, in its own language, with its maps.

    Raises
    ------
    PdfLibrariesError
        If the system's text libraries are missing.
    """
    with in_language(content.language):
        body = portrait_html(content, maps, where_to_turn(package, content.territory))
        title = _("Portrait : {name}").format(name=content.name)
    return render_pdf(body, content.language, title, css=CSS)


def reference_for(
    package: Package,
    territory: str,
    against: Against,
    chosen: str | None = None,
    recipe: Recipe | None = None,
) -> Reference:
    """Give what a territory is compared with; itself for Québec against Québec.

    Raises
    ------
    SelectionError
        If the territory has no such comparison.
    """
    if against is Against.QUEBEC and province_of(package) in (territory, None):
        return Reference(territory_name(package, territory), (territory,), Against.CHOSEN)
    return reference_of(package, territory, against, chosen, recipe)
