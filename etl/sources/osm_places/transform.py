"""Community places of OpenStreetMap: read, counted in the notes, and kept out of every table.

The ODbL asks that a database made from these places be shared alike. No row of them therefore enters the
package; ``osm_places`` gives them to whoever compares listings.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from etl.tables import Raw, Tables
from geodata.confidential import protection_of
from geodata.text import Text, fold

_SHELTER: Final = "shelter"


def transform(raw: Raw) -> Tables:
    listed = raw["places"]
    kept = osm_places(listed)
    return Tables(
        notes=(
            Text(
                f"{len(kept)} lieux d'OpenStreetMap lus pour comparer, aucun n'entre dans le paquet (ODbL) ;"
                f" {len(listed) - len(kept)} refuges ou lieux sans nom laissés de côté",
                f"{len(kept)} places of OpenStreetMap read to compare, none enters the package (ODbL);"
                f" {len(listed) - len(kept)} shelters or places without a name left aside",
            ),
        )
    )


def osm_places(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the named places that may be shown, in the columns that a comparison of listings reads.

    Parameters
    ----------
    frame
        ``name, lat, lon, address, type`` (degrees, EPSG:4326), as declared in ``source.toml``.

    Returns
    -------
    pandas.DataFrame
        ``id, name, address, city, postal_code, longitude, latitude, kind``, ODbL: to be credited and
        shared alike. ``id`` is ``osm:`` and the place in the file.
    """
    protected = frame["type"].eq(_SHELTER) | frame["name"].map(_is_protected)
    kept = frame[frame["name"].notna() & ~protected]
    return pd.DataFrame(
        {
            "id": "osm:" + (kept.index + 1).astype(str),
            "name": kept["name"],
            "address": kept["address"].fillna(""),
            "city": "",
            "postal_code": "",
            "longitude": kept["lon"].astype(float),
            "latitude": kept["lat"].astype(float),
            "kind": kept["type"],
        }
    ).reset_index(drop=True)


def _is_protected(name: str | None) -> bool:
    return bool(name) and fold(str(name)) != "" and protection_of([str(name)]) is not None
