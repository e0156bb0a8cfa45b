"""Fetch the index of equity in living environments from the City's portal."""

from __future__ import annotations

from typing import Final

import pandas as pd

from etl.clients import ckan, portal_files
from etl.live import FetchContext, LiveFiles

_SLUG: Final = "indice-equite-milieux-vie"
_AREAS: Final = "montreal_iemv_2026/iemv2026_da_montreal_reconstructed.parquet"
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "DAUID": ("ADIDU",),
    "score": ("Indice_emv", "IEMV"),
    "flag_soci": ("ACP_soci", "ACP_sociale"),
    "flag_eco": ("ACP_eco", "ACP_econo"),
    "flag_envi": ("ACP_envi", "ACP_enviro"),
    "flag_prox": ("ACP_proximite", "ACP_prox"),
    "flag_cult": ("ACP_CultSportLoisir", "ACP_cult"),
    "flag_secu": ("ACP_securite", "ACP_secu"),
}


def fetch(context: FetchContext) -> LiveFiles:
    """Fetch the file of the whole agglomeration, edition of 2026; see :mod:`etl.live`."""
    found = ckan.record(context.http, ckan.MONTREAL, _SLUG)
    chosen = ckan.choose(
        found, ("geojson", "json", "csv"), r"2026", prefer=r"agglo|^indice d equite des milieux de vie 2026$"
    )
    file, origin = ckan.bring(context, found, chosen)
    read = portal_files.read_csv if chosen.format == "csv" else portal_files.read_geojson
    portal_files.write(areas(pd.DataFrame(read(file, chosen.label)), chosen.label), context.folder / _AREAS)
    return LiveFiles((origin,), "2026", ckan.date_of([origin]), ckan.licence_note(found, "cc-by-4.0"))


def areas(published: pd.DataFrame, name: str) -> pd.DataFrame:
    """Keep the score and the six flags of each area of the 2021 Census.

    The declared column of the reconstruction's confidence stays null: these are the City's own values.
    """
    taken = portal_files.take(published, _COLUMNS, name)
    numbers = {column: portal_files.as_number(taken[column]) for column in _COLUMNS if column != "DAUID"}
    codes = portal_files.as_code(taken["DAUID"])
    frame = pd.DataFrame({"DAUID": codes, **numbers, "conf_ens": float("nan")})
    # An area is drawn in several rows where a river or a city limit parts it.
    return frame.drop_duplicates().reset_index(drop=True)
