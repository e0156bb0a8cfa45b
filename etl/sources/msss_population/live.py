"""Fetch the estimates and projections of population by health territory."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from etl.clients import ckan, portal_files
from etl.fetch import Retrieved
from etl.live import FetchContext, LiveFiles
from geodata.errors import ColumnError
from geodata.text import Text, fold

_SLUG: Final = "estimations-et-projections-de-population-comparables"
PEOPLE: Final = "msss_population/population_msss_isq_clsc_rls_rts_rss_1996_2041.parquet"
_OLDEST: Final = 90
_WHOLE: Final = "Québec"
_WHOLE_ID: Final = "99"
"""How the publisher writes the code of the whole of Québec."""

_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "geo": ("NiveauGeographique", "Niveau géographique"),
    "region": ("Territoire",),
    "annee": ("Annee", "Année"),
    "sexe": ("Sexe",),
}
_AGE: Final = re.compile(r"^(?:x|age|ans)?\s*(\d{1,2})\s*(?:ans?|plus|et plus|ans et plus)?$")
"""A column of one age, folded: « 0 », « X30 », « 90+ », « 90 ans et plus »."""


def fetch(context: FetchContext) -> LiveFiles:
    """Fetch the one file; see :mod:`etl.live`."""
    found = ckan.record(context.http, ckan.QUEBEC, _SLUG)
    frame, origin = fetch_population(context, found)
    portal_files.write(frame, context.folder / PEOPLE)
    years = frame["annee"].astype(int)
    return LiveFiles(
        (origin,),
        vintage=f"{years.min()}-{years.max()}",
        notes=ckan.licence_note(found, "cc-by-4.0"),
    )


def fetch_population(
    context: FetchContext, found: ckan.Record | None = None
) -> tuple[pd.DataFrame, Retrieved]:
    """Fetch the population in the declared form, for this source and for the names of networks."""
    of = found or ckan.record(context.http, ckan.QUEBEC, _SLUG)
    chosen = ckan.choose(of, ("csv",), r"estimation.*projection|population", prefer=r"unique|comparables?")
    file, origin = ckan.bring(context, of, chosen)
    return population(portal_files.read_csv(file, chosen.label), chosen.label), origin


def population(published: pd.DataFrame, name: str) -> pd.DataFrame:
    """Bring the publisher's table to ``geo, region_id, region, annee, sexe, 0 … 90``.

    Parameters
    ----------
    published
        Its table, every cell a text; one column an age, the last for 90 years and over.

    Raises
    ------
    ColumnError
        If an age is missing, or given twice.
    """
    taken = portal_files.take(published, _COLUMNS, name)
    geo = taken["geo"].where(~taken["geo"].map(_is_whole), _WHOLE)
    code = taken["region"].str.extract(r"^0*(\d+)\b")[0]
    ages = _ages(published, name)
    counts = {str(age): portal_files.as_number(published[column]) for age, column in ages.items()}
    return pd.DataFrame(
        {
            "geo": geo,
            "region_id": code.where(geo.ne(_WHOLE), _WHOLE_ID),
            "region": taken["region"],
            "annee": portal_files.as_number(taken["annee"]).astype("int64"),
            "sexe": taken["sexe"],
            **counts,
        }
    )


def _is_whole(geo: str | None) -> bool:
    return fold(geo or "") in ("quebec", "le quebec", "province", "ensemble du quebec")


def _ages(published: pd.DataFrame, name: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for column in published.columns:
        match = _AGE.match(fold(str(column)))
        if match and int(match[1]) <= _OLDEST:
            if int(match[1]) in found:
                raise _wrong_age(int(match[1]), name, "est donné deux fois", "is given twice")
            found[int(match[1])] = str(column)
    for age in range(_OLDEST + 1):
        if age not in found:
            raise _wrong_age(age, name, "manque", "is missing")
    return dict(sorted(found.items()))


def _wrong_age(age: int, name: str, fr: str, en: str) -> ColumnError:
    return ColumnError(
        Text(f"L'âge {age} {fr}", f"Age {age} {en}"),
        where=name,
        hint=Text(
            "l'éditeur a changé ses colonnes : mettez à jour le lecteur de cette source",
            "the publisher has changed its columns: update this source's reader",
        ),
    )
