"""What is done once a listing is read whole: hide, place, class, compare, write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from etl.listings.addresses import postal_code_of, town_key
from etl.listings.classify import unmapped_terms
from etl.listings.dedupe import AUTOMATIC, find_duplicates
from etl.listings.geocode import NONE, ROOFTOP, Gazetteer, geocode
from etl.listings.judgements import ZERO, judgement
from etl.listings.model import Origin, Problem
from etl.listings.spool import FILES, TABLES, Spool, write_table
from etl.listings.withhold import Withheld
from geodata.model import GeocodeQuality
from geodata.text import Text, fold

_BATCH: Final = 20_000
_TEXTS: Final = ("address", "city", "province", "postal_code", "country")
_COMPARED: Final = (
    "id", "name", "address", "city", "postal_code", "longitude", "latitude", "geocode_quality",
)  # fmt: skip
_KNOWN: Final = frozenset(quality.value for quality in GeocodeQuality)
MOST_COMPARED: Final = 10_000
"""Places beyond which a listing is compared with itself by exact name and address only, in linear time."""


def marks_of(spool: Spool) -> dict[str, pd.DataFrame]:
    """Give what hiding reads of each table: identifiers, marks and, for places, their address."""
    own = ["id", "organization_id", "_withheld", "_file", "_row"]
    where = ["city", "province", "postal_code", "country", "longitude", "latitude"]
    organizations = spool.frame("organizations", ["id", "_withheld", "_file", "_row"])
    return {
        "organizations": organizations,
        "services": spool.frame("services", own),
        "locations": spool.frame("locations", own + where),
        "links": spool.frame("links", ["service_id", "location_id"]),
    }


class Finisher:
    """Writes the tables of a listing from its spool, without what is kept out.

    Parameters
    ----------
    spool
        Closed.
    held
        What is kept out.
    gazetteer
        Known places.
    unplaced
        Origins of the entries whose coordinates a reader found swapped: they are not placed.
    """

    def __init__(
        self, spool: Spool, held: Withheld, gazetteer: Gazetteer, unplaced: set[tuple[str, int]]
    ) -> None:
        self._spool, self._held, self._gazetteer, self._unplaced = spool, held, gazetteer, unplaced
        self.problems: list[Problem] = []
        self.tables: dict[str, int] = {}
        self.placed: dict[str, int] = {}
        self.unmapped: list[dict[str, Any]] = []

    def write(self, folder: Path) -> None:
        """Write the four tables; fills ``problems``, ``tables``, ``placed`` and ``unmapped``."""
        organizations = self._listed("organizations", self._held.organizations)
        services = self._listed("services", self._held.services)
        locations = self._placed(self._listed("locations", self._held.locations))
        links = self._spool.frame("links")
        outside = links["service_id"].isin(self._held.services.keys()) | links["location_id"].isin(
            self._held.locations.keys()
        )
        frames = {
            "organizations": organizations,
            "services": services,
            "locations": locations,
            "links": links[~outside],
        }
        self.unmapped = [dict(term) for term in unmapped_terms(_terms(services["terms"]))]
        self._compare(locations, services)
        for name in TABLES:
            write_table(frames[name], name, folder / FILES[name])
            self.tables[FILES[name].removesuffix(".parquet")] = len(frames[name])

    def _listed(self, table: str, held: Iterable[str]) -> pd.DataFrame:
        frame = self._spool.frame(table)
        return frame[~frame["id"].isin(list(held))].reset_index(drop=True)

    def _placed(self, locations: pd.DataFrame) -> pd.DataFrame:
        rows = _to_place(locations)
        judged = np.zeros(len(rows), dtype=bool)
        known = locations["geocode_quality"].isin(_KNOWN).to_numpy()
        given = (rows["longitude"].notna() & rows["latitude"].notna()).to_numpy()
        if self._unplaced:
            origins = zip(locations["_file"], locations["_row"], strict=True)
            judged = np.array([origin in self._unplaced for origin in origins], dtype=bool)
        result = _blank_places(len(rows))
        for batch in _batches(np.flatnonzero(given)):
            result.iloc[batch] = geocode(rows.iloc[batch], self._gazetteer)
        self._learn(rows, result, given)
        # « none » that an earlier import wrote stays; what a reader found swapped is not placed.
        waiting = ~given & ~judged & ~(known & (locations["geocode_quality"] == NONE).to_numpy())
        for batch in _batches(np.flatnonzero(waiting)):
            result.iloc[batch] = geocode(rows.iloc[batch], self._gazetteer)
        self._flag(locations, rows, result)
        kept = known & (result["geocode_quality"] == ROOFTOP).to_numpy() & given
        quality = np.where(kept, locations["geocode_quality"], result["geocode_quality"])
        self.placed = {q.value: int((quality == q.value).sum()) for q in GeocodeQuality}
        return locations.assign(
            longitude=result["longitude"].astype(float),
            latitude=result["latitude"].astype(float),
            geocode_quality=quality.astype(str),
        )

    def _learn(self, rows: pd.DataFrame, result: pd.DataFrame, given: np.ndarray[Any, Any]) -> None:
        """Add the good coordinates of the listing to the known addresses, where some row may need them."""
        if given.all():
            return
        good = rows[(result["geocode_quality"] == ROOFTOP).to_numpy() & (rows["address"] != "").to_numpy()]
        for row in good[["address", "city", "postal_code", "longitude", "latitude"]].itertuples(
            index=False, name=None
        ):
            self._gazetteer.book.add(*row)

    def _flag(self, locations: pd.DataFrame, rows: pd.DataFrame, result: pd.DataFrame) -> None:
        wrong = (result["problem"] != "").to_numpy()
        told = pd.concat(
            [locations[["_file", "_row"]], rows[["latitude", "longitude", "postal_code"]]], axis=1
        )
        told = told.assign(kind=result["problem"], km=result["distance_km"])[wrong]
        for file, row, lat, lon, code, kind, km in told.itertuples(index=False, name=None):
            why: Text | None = None
            value = f"{lat:g}, {lon:g}"
            if kind == "zero_coordinates":
                kind, why = "outside_quebec", ZERO
            elif kind == "far_from_postal_code":
                value += f" ({code}, {km:.0f} km)"
            if row and not (kind == "swapped_coordinates" and (file, row) in self._unplaced):
                self.problems.append(
                    judgement(kind, Origin(file, row), "latitude, longitude", value, why=why)
                )

    def _compare(self, locations: pd.DataFrame, services: pd.DataFrame) -> None:
        """Flag the later of two places that are probably one, once, beside its likeliest double."""
        if len(locations) > MOST_COMPARED:
            self._compare_exactly(locations)
            return
        named = services[services["phone"] != ""].drop_duplicates("organization_id")
        phones = dict(zip(named["organization_id"], named["phone"], strict=True))
        entries = locations[list(_COMPARED)].assign(
            source="listing", phone=[phones.get(owner, "") for owner in locations["organization_id"]]
        )
        entries = entries.drop_duplicates("id")
        columns = zip(*(locations[c] for c in ("id", "name", "_file", "_row")), strict=True)
        places = {str(own): (str(name), str(file), int(row)) for own, name, file, row in columns}
        flagged: set[tuple[str, int]] = set()
        for pair in find_duplicates(entries, least=AUTOMATIC):
            first, second = sorted((places[pair.left], places[pair.right]), key=lambda place: place[2])
            if second[2] and second[1:] not in flagged:
                flagged.add(second[1:])
                self.problems.append(_duplicate(second, first, pair.explanation()))

    def _compare_exactly(self, locations: pd.DataFrame) -> None:
        first: dict[tuple[str, str, str], tuple[str, str, int]] = {}
        columns = ("name", "address", "city", "postal_code", "_file", "_row")
        for name, address, city, code, file, row in zip(*(locations[c] for c in columns), strict=True):
            if not address:
                continue
            where = postal_code_of(code) or town_key(city)
            place = (str(name), str(file), int(row))
            other = first.setdefault((fold(name), fold(address), where), place)
            if other != place and row:
                self.problems.append(_duplicate(place, other, _SAME))


_SAME: Final = Text("même nom, même adresse", "same name, same address")


def _duplicate(second: tuple[str, str, int], first: tuple[str, str, int], explained: Text) -> Problem:
    name, file, row = first
    where_fr = f", ligne {row}" if row else ""
    where_en = f", row {row}" if row else ""
    why = Text(
        f"cette fiche ressemble à « {name} » ({file}{where_fr}) : {explained.fr}",
        f"this record is like “{name}” ({file}{where_en}): {explained.en}",
    )
    return judgement("duplicate", Origin(second[1], second[2]), "name", second[0], why=why)


def _to_place(locations: pd.DataFrame) -> pd.DataFrame:
    rows = locations[[*_TEXTS, "longitude", "latitude"]].copy()
    said = [json.loads(text) if text not in {"", "{}"} else {} for text in locations["extra"]]
    for name in ("mrc", "region"):
        rows[name] = [str(extra.get(name) or "") for extra in said]
    return rows


def _blank_places(count: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "longitude": np.full(count, np.nan),
            "latitude": np.full(count, np.nan),
            "geocode_quality": np.full(count, NONE, dtype=object),
            "problem": np.full(count, "", dtype=object),
            "distance_km": np.full(count, np.nan),
        }
    )


def _batches(positions: np.ndarray[Any, Any]) -> Iterator[np.ndarray[Any, Any]]:
    for start in range(0, len(positions), _BATCH):
        yield positions[start : start + _BATCH]


def _terms(texts: pd.Series) -> Iterator[dict[str, Any]]:
    for text in texts:
        if text and text != "[]":
            yield from json.loads(text)
