"""Fetch the directory of childcare centres and daycares of the whole of Québec."""

from __future__ import annotations

from typing import Final

import pandas as pd

from etl.clients import ckan, portal_files
from etl.live import FetchContext, LiveFiles

_SLUG: Final = "liste-des-centres-de-la-petite-enfance-cpe-et-des-garderies-en-fonction"
_CHILDCARE: Final = "mfa_childcare_monteregie/cpe_garderies_monteregie_2022-11-01.parquet"
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "Nom de l'installation": ("NOM",),
    "Région administrative": ("REGION",),
    "Adresse": ("ADRESSE",),
    "Municipalité": ("NOM_MUN_COMPO",),
    "Code postal": ("CODE_POSTAL_COMPO",),
    "Type de service de garde": ("TYPE",),
    "Places totales au permis": ("PLACE_TOTAL",),
    "Places 17 mois ou moins": ("PLACE_TOTAL_POUPON",),
    "Place à contribution réduite": ("SUBV",),
}
"""What is kept. Telephones, fax numbers and e-mail addresses, often a person's own, are in none of them."""

_REDUCED: Final = "CR"
_SUBSIDISED: Final = frozenset({"cr", "o", "oui", "1", "subventionne", "subventionnee", "pcr"})


def fetch(context: FetchContext) -> LiveFiles:
    """Fetch the directory; see :mod:`etl.live`."""
    found = ckan.record(context.http, ckan.QUEBEC, _SLUG)
    chosen = ckan.choose(found, ("csv",), r"installation|services[- ]de[- ]garde|cpe", prefer=r"installation")
    file, origin = ckan.bring(context, found, chosen)
    portal_files.write(
        childcare(portal_files.read_csv(file, chosen.label), chosen.label), context.folder / _CHILDCARE
    )
    date = ckan.date_of([origin])
    return LiveFiles((origin,), date, date, ckan.licence_note(found, "cc-by-4.0"))


def childcare(published: pd.DataFrame, name: str) -> pd.DataFrame:
    """Keep the declared columns, whichever of its two headers the publisher wrote."""
    optional = ("Adresse", "Code postal", "Places 17 mois ou moins", "Place à contribution réduite")
    taken = portal_files.take(published, _COLUMNS, name, optional=optional)
    reduced = taken["Place à contribution réduite"].astype("string").str.lower().isin(_SUBSIDISED)
    return taken.assign(
        **{
            "Code postal": taken["Code postal"].astype("string").str.upper(),
            "Places totales au permis": portal_files.as_number(taken["Places totales au permis"]),
            "Places 17 mois ou moins": portal_files.as_number(taken["Places 17 mois ou moins"]),
            "Place à contribution réduite": reduced.map({True: _REDUCED, False: None}),
        }
    )
