"""Place the rows of a listing without a network: by coordinates, address, postal code, then municipality."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer

from etl.listings.addresses import Civic, agree, civic, postal_code_of, town_key
from etl.listings.validate import HOME_COUNTRIES, HOME_PROVINCES, at_home
from geodata.crs import DISPLAY_CRS, METRIC_CRS, QUEBEC_BOUNDS
from geodata.model import Level
from geodata.package import Package, open_package
from geodata.text import fold

ROOFTOP: Final = "rooftop"
POSTAL_CODE: Final = "postal_code"
MUNICIPALITY: Final = "municipality"
NONE: Final = "none"

FARTHEST_FROM_POSTAL_CODE_M: Final = 50_000.0
BORDER_MARGIN_M: Final = 1_000.0
"""The drawn border is simplified: the farthest known place of Québec stands 544 m outside it."""
_SAME_ADDRESS_M: Final = 150.0
_NEAR_POSTAL_CODE_M: Final = 10_000.0
_WORDS: Final = ("address", "city", "postal_code", "mrc", "region")

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Town(NamedTuple):
    """A municipality or a borough that an address may name."""

    longitude: float
    latitude: float
    mrc: str
    region: str
    rss_id: str


class Known(NamedTuple):
    """One address whose place is known; degrees."""

    civic: Civic
    longitude: float
    latitude: float


@dataclass
class AddressBook:
    """Addresses with known coordinates, found by number and street inside a town or a postal sector."""

    _known: dict[tuple[str, str, str], list[Known]] = field(default_factory=lambda: defaultdict(list))

    def add(self, address: str, city: str, postal_code: str, longitude: float, latitude: float) -> None:
        """Keep one address; one without a civic number or a town is left out."""
        parts = civic(address)
        if parts is None:
            return
        known = Known(parts, longitude, latitude)
        for area in _areas(city, postal_code):
            at_key = self._known[parts.number, parts.street, area]
            if len(at_key) < _MOST_AT_ONE_KEY:
                at_key.append(known)

    def find(self, address: str, city: str, postal_code: str) -> tuple[float, float] | None:
        """Give the longitude and latitude of an address, or null where unknown or ambiguous."""
        parts = civic(address)
        if parts is None:
            return None
        for area in reversed(_areas(city, postal_code)):
            fitting = [
                k for k in self._known.get((parts.number, parts.street, area), ()) if agree(k.civic, parts)
            ]
            exact = [k for k in fitting if k.civic == parts] or fitting
            if exact:
                return _one_place(exact)
        return None


_MOST_AT_ONE_KEY: Final = 20


def _areas(city: str, postal_code: str) -> list[str]:
    """Give the town, then the postal sector, that an address is known in."""
    return [area for area in (town_key(city), postal_code_of(postal_code)[:3]) if area]


def _one_place(known: list[Known]) -> tuple[float, float] | None:
    first = known[0]
    spread = _metres(
        np.array([k.longitude for k in known]), np.array([k.latitude for k in known]),
        np.full(len(known), first.longitude), np.full(len(known), first.latitude),
    )  # fmt: skip
    return (first.longitude, first.latitude) if spread.max() <= _SAME_ADDRESS_M else None


def _metres(lon_a: Floats, lat_a: Floats, lon_b: Floats, lat_b: Floats) -> Floats:
    """Great-circle distances on a sphere of 6,371 km; NaN where a place is unknown."""
    a, b, c, d = (np.radians(x.astype(np.float64)) for x in (lon_a, lat_a, lon_b, lat_b))
    half = np.sin((d - b) / 2) ** 2 + np.cos(b) * np.cos(d) * np.sin((c - a) / 2) ** 2
    return np.asarray(2 * 6_371_000 * np.arcsin(np.sqrt(np.clip(half, 0, 1))), dtype=np.float64)


@dataclass(frozen=True)
class _Ground:
    """What is the same for every listing; a second to make, hence kept."""

    book: AddressBook
    codes: pd.DataFrame
    province: shapely.Geometry
    regions: gpd.GeoDataFrame
    rss_of_da: dict[str, str]
    towns: dict[str, list[Town]]


@lru_cache(maxsize=2)
def _ground(path: Path, package_id: str) -> _Ground:
    """Read a package once; its identifier is that of its content, so that a new one is read anew."""
    package = open_package(path)
    province = package.level(Level.PROVINCE).geometry.to_crs(METRIC_CRS).union_all().buffer(BORDER_MARGIN_M)
    shapely.prepare(province)
    das = package.level(Level.DA)
    return _Ground(
        _known_addresses(package.locations),
        package.postal_codes,
        province,
        package.level(Level.RSS)[["territory_id", "geometry"]],
        dict(zip(das["territory_id"], das["rss_id"], strict=True)),
        _towns(package),
    )


def _known_addresses(locations: pd.DataFrame) -> AddressBook:
    book = AddressBook()
    kept = locations[~locations["geocode_quality"].isin([POSTAL_CODE, MUNICIPALITY, NONE])]
    columns = ("address", "city", "postal_code", "longitude", "latitude")
    for row in kept[list(columns)].itertuples(index=False, name=None):
        book.add(*row)
    return book


class Gazetteer:
    """What a data package knows of places: codes, towns, addresses, the border and the health regions.

    Parameters
    ----------
    package
        The package; none of its tables is changed.

    Attributes
    ----------
    book
        Addresses of the listing itself, looked into before those of the package.
    """

    def __init__(self, package: Package) -> None:
        ground = _ground(package.path, package.id)
        self.book = AddressBook()
        self._known = ground.book
        self._codes, self._towns, self._regions = ground.codes, ground.towns, ground.regions
        self._province, self._rss_of_da = ground.province, ground.rss_of_da
        self._to_metres = Transformer.from_crs(DISPLAY_CRS, METRIC_CRS, always_xy=True)

    def address(self, address: str, city: str, postal_code: str) -> tuple[float, float] | None:
        """Give the longitude and latitude of a civic address, or null where unknown or ambiguous."""
        found = self.book.find(address, city, postal_code)
        return found or self._known.find(address, city, postal_code)

    def postal_points(self, codes: pd.Series) -> tuple[Floats, Floats]:
        """Give longitudes and latitudes of postal codes, NaN where unknown."""
        found = self._codes[["longitude", "latitude"]].reindex(codes.map(postal_code_of))
        return found["longitude"].to_numpy(np.float64), found["latitude"].to_numpy(np.float64)

    def in_quebec(self, longitude: Floats, latitude: Floats) -> Bools:
        """Tell the points inside Québec, with a margin of one kilometre for the simplified border."""
        west, south, east, north = QUEBEC_BOUNDS
        inside = (longitude >= west) & (longitude <= east) & (latitude >= south) & (latitude <= north)
        where = np.flatnonzero(inside)
        if len(where):
            x, y = self._to_metres.transform(longitude[where], latitude[where])
            inside[where] = shapely.contains_xy(self._province, x, y)
        return np.asarray(inside, dtype=np.bool_)

    def town(self, city: str, mrc: str = "", region: str = "") -> Town | None:
        """Find a municipality (else a borough) by name; null where the name has several and nothing tells."""
        found = self._towns.get(town_key(city), [])
        if len(found) > 1:
            said = {fold(mrc), fold(region)} - {""}
            found = [town for town in found if {town.mrc, town.region} & said]
        return found[0] if len(found) == 1 else None

    def rss_of(self, row: dict[str, Any]) -> str:
        """Give the health region of one location: by code, by town, by point, else ``unknown``."""
        if not at_home(str(row.get("province") or ""), str(row.get("country") or "")):
            return UNKNOWN_REGION
        code = postal_code_of(str(row.get("postal_code") or ""))
        if code in self._codes.index:
            return self._rss_of_da.get(str(self._codes.at[code, "da_id"]), UNKNOWN_REGION)
        town = self.town(str(row.get("city") or ""), str(row.get("mrc") or ""), str(row.get("region") or ""))
        if town is not None:
            return town.rss_id
        return self._rss_at(row.get("longitude"), row.get("latitude"))

    def _rss_at(self, longitude: float | None, latitude: float | None) -> str:
        if longitude is None or latitude is None:
            return UNKNOWN_REGION
        hit = self._regions[self._regions.geometry.intersects(shapely.Point(longitude, latitude))]
        return str(hit["territory_id"].iloc[0]) if len(hit) else UNKNOWN_REGION


UNKNOWN_REGION: Final = "unknown"


def _towns(package: Package) -> dict[str, list[Town]]:
    """Index municipalities by name and alias; boroughs only under a name that no municipality bears."""
    mrc_names = package.level(Level.MRC)["name_fr"].map(fold).to_dict()
    region_names = package.level(Level.REGION)["name_fr"].map(fold).to_dict()
    index: dict[str, list[Town]] = defaultdict(list)
    for level in (Level.MUNICIPALITY, Level.ARRONDISSEMENT):
        of_level: dict[str, list[Town]] = defaultdict(list)
        frame = package.level(level)
        for row in frame[frame["longitude"].notna()].to_dict("records"):
            town = Town(
                row["longitude"], row["latitude"], mrc_names.get(row["mrc_id"], ""),
                region_names.get(row["region_id"], ""), str(row["rss_id"] or UNKNOWN_REGION),
            )  # fmt: skip
            names = {row["name_fr"], row["name_en"], *str(row["aliases"] or "").split("|")}
            for key in {town_key(name) for name in names if name and not name.isdigit()} - {""}:
                of_level[key].append(town)
        for key, towns in of_level.items():
            if key not in index:
                index[key] = towns
    return dict(index)


def geocode(rows: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Place a batch of locations.

    Parameters
    ----------
    rows
        Columns ``address``, ``city``, ``province``, ``postal_code``, ``country``, ``mrc``, ``region`` (text,
        never null), ``longitude`` and ``latitude`` (degrees, EPSG:4326, null where unsaid).
    gazetteer
        Known places; its ``book`` should already hold the rows of the same listing that have coordinates.

    Returns
    -------
    pandas.DataFrame
        Same index: ``longitude``, ``latitude`` (null where not placed), ``geocode_quality``, ``problem``
        (``outside_quebec``, ``zero_coordinates``, ``swapped_coordinates``, ``far_from_postal_code`` or
        empty) and ``distance_km`` from the postal code. Coordinates with a problem are never placed.
    """
    lon = rows["longitude"].to_numpy(np.float64, na_value=np.nan)
    lat = rows["latitude"].to_numpy(np.float64, na_value=np.nan)
    given = ~np.isnan(lon) & ~np.isnan(lat)
    code_lon, code_lat = gazetteer.postal_points(rows["postal_code"])
    metres = _metres(lon, lat, code_lon, code_lat)
    problem = _judge(lon, lat, given, metres, gazetteer)
    good = given & (problem == "")
    quality = np.where(good, ROOFTOP, NONE).astype(object)
    out_lon, out_lat = np.where(good, lon, np.nan), np.where(good, lat, np.nan)
    waiting = np.flatnonzero(~given & _at_home(rows))
    words = rows[list(_WORDS)].iloc[waiting].itertuples(index=False, name=None)
    for i, said in zip(waiting, words, strict=True):
        point = (float(code_lon[i]), float(code_lat[i]))
        out_lon[i], out_lat[i], quality[i] = _place_one(said, point, gazetteer)
    return pd.DataFrame(
        {
            "longitude": out_lon,
            "latitude": out_lat,
            "geocode_quality": quality.astype(str),
            "problem": problem.astype(str),
            "distance_km": metres / 1000,
        },
        index=rows.index,
    )


def _judge(
    lon: Floats, lat: Floats, given: Bools, metres: Floats, gazetteer: Gazetteer
) -> npt.NDArray[np.object_]:
    west, south, east, north = QUEBEC_BOUNDS
    swapped = (lat >= west) & (lat <= east) & (lon >= south) & (lon <= north)
    zero = (lon == 0) & (lat == 0)
    inside = gazetteer.in_quebec(lon, lat)
    far = inside & (metres > FARTHEST_FROM_POSTAL_CODE_M)
    choices = [~given, zero, swapped, ~inside, far]
    names = ["", "zero_coordinates", "swapped_coordinates", "outside_quebec", "far_from_postal_code"]
    return np.asarray(np.select(choices, names, default=""), dtype=object)


def _at_home(rows: pd.DataFrame) -> Bools:
    """Tell the rows that do not say another province or another country: Windsor, Ontario is not ours."""
    provinces = rows["province"].isin([p for p in rows["province"].unique() if fold(p) in HOME_PROVINCES])
    countries = rows["country"].isin([c for c in rows["country"].unique() if fold(c) in HOME_COUNTRIES])
    return np.asarray(provinces & countries, dtype=np.bool_)


def _place_one(
    said: tuple[str, ...], point: tuple[float, float], known: Gazetteer
) -> tuple[float, float, str]:
    address, city, code, mrc, region = said
    found = known.address(address, city, code)
    has_code = not np.isnan(point[0])
    if found is not None and not (has_code and _apart(found, point) > _NEAR_POSTAL_CODE_M):
        return (*found, ROOFTOP)
    if has_code:
        return (*point, POSTAL_CODE)
    town = known.town(city, mrc, region)
    return (town.longitude, town.latitude, MUNICIPALITY) if town is not None else (np.nan, np.nan, NONE)


def _apart(first: tuple[float, float], second: tuple[float, float]) -> float:
    a, b = (np.array([[x], [y]], dtype=np.float64) for x, y in (first, second))
    return float(_metres(a[0], a[1], b[0], b[1])[0])
