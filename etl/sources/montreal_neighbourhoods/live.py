"""Fetch the boroughs, the linked cities and the sociological neighbourhoods from the City's portal."""

from __future__ import annotations

from typing import Final

from etl.clients import ckan, portal_files
from etl.live import FetchContext, LiveFiles

_BOROUGHS: Final = "montreal_neighbourhoods/mtl_arrondissements_villes_liees_2023.parquet"
_QUARTIERS: Final = "montreal_neighbourhoods/mtl_quartiers_sociologiques.parquet"
_BOROUGH_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "NOM_OFFICIEL": (), "CODE_3C": (), "TYPE": (), "NOM": (), "CODEMAMH": (),
}  # fmt: skip
_QUARTIER_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "Q_socio": ("Q_sociologique",), "Arrondissement": (), "Abrev": ("Abreviation",), "Table": (),
}  # fmt: skip


def fetch(context: FetchContext) -> LiveFiles:
    """Fetch both layers; see :mod:`etl.live`."""
    limits = ckan.record(context.http, ckan.MONTREAL, "limites-administratives-agglomeration")
    # The layer is published twice, in degrees and in a plane: the plane one says so in its name.
    chosen = ckan.choose(limits, ("geojson",), r"agglomeration", prefer=r"agglomeration\.geojson$|wgs 84")
    boroughs, boroughs_origin = ckan.bring(context, limits, chosen)
    portal_files.write(
        portal_files.take(
            portal_files.read_geojson(boroughs, chosen.label),
            _BOROUGH_COLUMNS,
            chosen.label,
            optional=("NOM", "CODEMAMH"),
        ),
        context.folder / _BOROUGHS,
    )
    social = ckan.record(context.http, ckan.MONTREAL, "quartiers-sociologiques")
    picked = ckan.choose(social, ("geojson",), r"quartiers? sociologiques?|quartiers?[-_]sociologiques?")
    quartiers, quartiers_origin = ckan.bring(context, social, picked)
    portal_files.write(
        portal_files.take(
            portal_files.read_geojson(quartiers, picked.label),
            _QUARTIER_COLUMNS,
            picked.label,
            optional=("Abrev",),
        ),
        context.folder / _QUARTIERS,
    )
    retrieved = (boroughs_origin, quartiers_origin)
    notes = (*ckan.licence_note(limits, "cc-by-4.0"), *ckan.licence_note(social, "cc-by-4.0"))
    return LiveFiles(retrieved, ckan.date_of(retrieved), ckan.date_of(retrieved), notes)
