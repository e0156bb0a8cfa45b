"""The map, its title, its legend and its sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dashboard import data
from dashboard import format as fmt
from dashboard.components.html import line, show, tag, words
from dashboard.components.labels import map_title
from dashboard.i18n import _, text
from dashboard.maps import MapView, draw, drawing_order, legend_html, palette
from dashboard.maps.outlines import OUTLINES
from dashboard.settings import settings
from dashboard.state import Selection
from geodata.model import Level, ServiceCategory
from geodata.package import Package

HEIGHT: Final = 470


def map_panel(package: Package, selection: Selection, choose: Callable[[str], None]) -> None:
    """Draw the map of a selection.

    Parameters
    ----------
    package, selection
        What to show.
    choose
        Called with the identifier of a territory that was clicked.
    """
    indicator = package.indicators.get(selection.indicator)
    if indicator is None:
        show(line(_("Aucun indicateur n'existe encore à ce niveau."), css="px-title"))
        return
    show(tag("h1", words(map_title(package, selection)), css="px-title"))
    withdrawn = package.recall_of(indicator.id)
    if withdrawn is not None:
        said = _("Retiré : {reason}").format(reason=text(withdrawn))
        show(tag("div", line(said), css="px-notice", role="status"))
    classification = data.classified(package, selection)
    labels = tuple(fmt.interval(low, high, indicator.unit) for low, high in classification.bounds)
    colours = palette(classification.k, indicator.direction)
    places = tuple(
        data.place_set(package, category, selection.language)
        for category in ServiceCategory
        if category in selection.services
    )
    path = package.geometry_file(selection.level)
    if path is None:
        show(line(_("Ce niveau n'a pas de carte dans ces données ; voyez le tableau.")))
    else:
        order = drawing_order(path)
        draw(
            MapView(
                level=selection.level,
                title=map_title(package, selection),
                geometry_name=path.name,
                outline_name=_outline(package, selection.level),
                classes=classification.in_order(order),
                palette=colours,
                labels=labels,
                selected=selection.territory,
                places=places,
                language=selection.language,
                height=HEIGHT,
                basemap_url=settings().basemap_url,
                basemap_attribution=settings().basemap_attribution,
            ),
            on_select=choose,
        )
    show(legend_html(classification, labels, colours, places=places))


def _outline(package: Package, level: Level) -> str | None:
    coarser = OUTLINES.get(level)
    path = package.geometry_file(coarser) if coarser else None
    return path.name if path else None
