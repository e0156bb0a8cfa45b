"""Ask OpenStreetMap for the community places of Québec, kept apart from everything else (ODbL)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd

from etl.clients import overpass, portal_files
from etl.fetch import Retrieved
from etl.live import FetchContext, LiveFiles

_PLACES: Final = "osm_montreal/osm_organismes_communautaires_montreal.csv"
ANSWER: Final = "osm_places/overpass.json"
"""The whole answer, which ``proximite import --format osm`` reads."""

_KINDS: Final = ("social_facility", "amenity", "office", "club", "healthcare")
"""Keys that say the kind of a place, the most telling first."""


def fetch(context: FetchContext) -> LiveFiles:
    """Ask for every box of Québec and write the answer and the declared table; see :mod:`etl.live`."""
    answer = overpass.elements(context.http, say=context.say)
    path = context.folder / ANSWER
    overpass.save(answer, path)
    content = path.read_bytes()
    portal_files.write(places(answer), context.folder / _PLACES)
    date = str(answer["osm3s"]["timestamp_osm_base"])[:10] or None
    origin = Retrieved(
        name=path.name,
        url=overpass.INTERPRETER,
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        last_modified=answer["osm3s"]["timestamp_osm_base"] or None,
        retrieved_at=datetime.now(UTC).replace(microsecond=0).isoformat(),
    )
    return LiveFiles((origin,), date, date)


def places(answer: dict[str, Any]) -> pd.DataFrame:
    """Write an answer as the declared table: ``name, lat, lon, address, type``."""
    return pd.DataFrame(
        [_row(element) for element in answer["elements"]],
        columns=["name", "lat", "lon", "address", "type"],
    )


def _row(element: dict[str, Any]) -> dict[str, Any]:
    tags = element["tags"]
    longitude, latitude = overpass.point(element) or (None, None)
    kind = next((tags[key] for key in _KINDS if tags.get(key)), "")
    # « social_facility » alone repeats the key of the tag that says which.
    street = " ".join(tags[key] for key in ("addr:housenumber", "addr:street") if tags.get(key))
    return {"name": tags.get("name"), "lat": latitude, "lon": longitude, "address": street, "type": kind}
