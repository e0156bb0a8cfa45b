"""What the map page shows, as a sheet with its shapes and as a picture."""

from __future__ import annotations

from dashboard.certainty import error_note
from dashboard.components.labels import level_name, map_title
from dashboard.components.table_frame import decimals_of, table_frame, value_title
from dashboard.exports.sheet import Column, Sheet, sources_of
from dashboard.figures import Figures
from dashboard.i18n import _, text
from dashboard.maps.still import still_map
from dashboard.state import Selection
from geodata.package import Package
from geodata.text import fold


def sheet_of_map(package: Package, selection: Selection, figures: Figures) -> Sheet:
    """Give the table of the page, its identifiers first, with the shape of each territory.

    A value that is missing or not shown is null, and the note of its row says why.
    """
    indicator = package.indicators[selection.indicator]
    rows = table_frame(package, figures, indicator)
    decimals = decimals_of(rows, indicator)
    keys = _keys(selection, value_title(indicator))
    columns = [Column("territory_id", _("Identifiant"))]
    columns += [
        Column(
            keys.get(name, fold(name).replace(" ", "_")),
            name,
            "number" if name in decimals else "text",
            decimals.get(name, 0),
        )
        for name in map(str, rows.columns)
    ]
    frame = rows.set_axis([column.key for column in columns[1:]], axis=1)
    frame.insert(0, "territory_id", rows.index)
    notes = (
        text(indicator.definition),
        text(indicator.caveat),
        error_note(figures.frame, indicator),
        _("Ces chiffres décrivent des conditions de vie, pas des personnes."),
    )
    return Sheet(
        map_title(package, selection),
        tuple(columns),
        frame,
        tuple(note for note in notes if note),
        sources_of(package, [indicator.id]),
        package.level(selection.level).geometry.reindex(rows.index),
    )


def picture_of_map(package: Package, selection: Selection, figures: Figures) -> str:
    """Draw the map of the page as SVG text: same classes, same colours, the chosen territory outlined."""
    return still_map(
        package,
        selection.level,
        figures.values,
        indicator=package.indicators[selection.indicator],
        title=map_title(package, selection),
        focus=[selection.territory] if selection.territory else [],
        hidden=figures.frame["hidden"],
        method=selection.method,
    )


def stem_of_map(selection: Selection) -> str:
    """Name the files after what they hold."""
    return f"proximite {selection.level} {selection.indicator} {selection.period}"


def _keys(selection: Selection, value: str) -> dict[str, str]:
    """Give to the columns of the page the names that programs read, the same in both languages."""
    return {
        level_name(selection.level): "name",
        _("Région"): "region",
        value: "value",
        _("Fiabilité"): "grade",
        _("Couverture (%)"): "coverage_pct",
        _("Marge d'erreur (±)"): "moe_95",
        _("Erreur relative (%)"): "cv_pct",
        _("Note"): "note",
    }
