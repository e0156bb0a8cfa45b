"""Ask an ArcGIS map service for all the shapes of a layer, page by page, and check that they all came."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from etl.fetch import Retrieved
from etl.http import Answer, Http, Kind
from geodata.crs import DISPLAY_CRS
from geodata.errors import FetchError
from geodata.text import Text

PAGE: Final = 6_000
"""Most features that Statistics Canada's services give at once."""
_LEAST_PAGE: Final = 25
_MOST_PAGES: Final = 1_000
_MOST_FEATURES: Final = 200_000
_MOST_PAGE_BYTES: Final = 150_000_000
_MOST_ALL_BYTES: Final = 1_000_000_000

_LATER: Final = Text(
    "réessayez plus tard ; les dernières bonnes données restent en place",
    "try again later; the last good data stay in place",
)
_REPORT: Final = Text(
    "le service a changé ; signalez-le, les dernières bonnes données restent en place",
    "the service has changed; report it, the last good data stay in place",
)


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of one layer.

    Attributes
    ----------
    layer_url
        Address of the layer, ``…/MapServer/12``.
    where
        Condition, in the service's SQL.
    key
        Field that names each feature once; pages are in its order.
    fields
        Fields wanted besides the key.
    tolerance
        Degrees within which the service may simplify each shape by itself; 0 keeps all.
    page
        Most features a page.
    """

    layer_url: str
    where: str
    key: str
    fields: tuple[str, ...] = ()
    tolerance: float = 0.0
    page: int = PAGE

    def params(self, offset: int, count: int) -> dict[str, str]:
        """Write the parameters of one page."""
        asked = {
            "where": self.where,
            "outFields": ",".join((self.key, *self.fields)),
            "orderByFields": self.key,
            "returnGeometry": "true",
            "outSR": str(DISPLAY_CRS),
            "geometryPrecision": "5",
            "resultOffset": str(offset),
            "resultRecordCount": str(count),
            "f": "geojson",
        }
        if self.tolerance:
            asked["maxAllowableOffset"] = f"{self.tolerance:g}"
        return asked

    @property
    def url(self) -> str:
        """Address at which pages are asked."""
        return f"{self.layer_url}/query"


class _ServiceError(FetchError):
    """The service answered 200 and wrote an error; a smaller page may pass."""


def fetch_features(
    http: Http,
    query: Query,
    *,
    name: str,
    say: Callable[[str, int, int], None] = lambda _name, _done, _all: None,
    most_features: int = _MOST_FEATURES,
) -> tuple[gpd.GeoDataFrame, Retrieved]:
    """Fetch all the features of a layer that meet a condition.

    The number of features is asked first. A page that the service cannot make is asked again at half its
    size: its limit is on the weight of the shapes, not on their number.

    Parameters
    ----------
    http
        The client.
    query
        What to ask.
    name
        Written in ``Retrieved``, and told to ``say`` with the features received and their number.
    most_features
        A greater number is refused.

    Returns
    -------
    geopandas.GeoDataFrame
        The key, the fields and the shape in EPSG:4326, one row a feature, in the order of the key.
    Retrieved
        Address, hash and size of all the pages together.

    Raises
    ------
    FetchError
        If the service errs, or if what came is not each counted feature once.
    """
    expected = _count(http, query, most_features)
    received = _Received()
    page = query.page
    while received.features < expected and len(received.pages) < _MOST_PAGES:
        answer, body, page = _page(http, query, received.features, page)
        frame = _frame(query, body)
        if frame.empty:
            break
        received.add(answer, frame)
        if received.bytes > _MOST_ALL_BYTES:
            raise _refused(query, "Le service envoie trop de données", "The service sends too much data")
        say(name, min(received.features, expected), expected)
    if received.last is None:
        raise _missing(query, 0, expected)
    return _all_once(query, received.pages, expected), received.facts(name, query.url, http.relay)


@dataclass
class _Received:
    """The pages that came, and what is remembered of all of them together."""

    pages: list[gpd.GeoDataFrame] = field(default_factory=list)
    features: int = 0
    bytes: int = 0
    last: Answer | None = None
    _digest: Any = field(default_factory=hashlib.sha256)

    def add(self, answer: Answer, frame: gpd.GeoDataFrame) -> None:
        """Keep a page."""
        self.pages.append(frame)
        self.features += len(frame)
        self.bytes += len(answer.content)
        self._digest.update(answer.content)
        self.last = answer

    def facts(self, name: str, url: str, relay: str) -> Retrieved:
        """Give the address, hash and size of all the pages, with the dates of the last one."""
        return Retrieved(
            name=name,
            url=url,
            sha256=self._digest.hexdigest(),
            bytes=self.bytes,
            last_modified=self.last.last_modified if self.last else None,
            retrieved_at=self.last.retrieved_at if self.last else "",
            via=relay,
        )


def _count(http: Http, query: Query, most_features: int) -> int:
    params = {"where": query.where, "returnCountOnly": "true", "f": "json"}
    body = _body(query, http.get(query.url, params=params, expect=Kind.JSON))
    count = body.get("count")
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise _refused(
            query,
            "Le service ne dit pas combien de formes il a",
            "The service does not say how many shapes it has",
        )
    if count == 0:
        raise _refused(
            query,
            f"Le service n'a aucune forme pour « {query.where} »",
            f"The service has no shape for “{query.where}”",
        )
    if count > most_features:
        raise _refused(
            query,
            f"Le service annonce {count} formes, au plus {most_features} sont attendues",
            f"The service announces {count} shapes, at most {most_features} are expected",
        )
    return count


def _page(http: Http, query: Query, offset: int, page: int) -> tuple[Answer, dict[str, Any], int]:
    while True:
        try:
            answer = http.get(
                query.url,
                params=query.params(offset, page),
                expect=Kind.JSON,
                most_bytes=_MOST_PAGE_BYTES,
            )
            return answer, _body(query, answer), page
        except _ServiceError:
            if page <= _LEAST_PAGE:
                raise
            page = max(_LEAST_PAGE, page // 2)


def _body(query: Query, answer: Answer) -> dict[str, Any]:
    body = answer.json()
    if not isinstance(body, dict):
        raise _refused(
            query,
            "La réponse n'est pas celle d'un service ArcGIS",
            "The answer is not that of an ArcGIS service",
        )
    error = body.get("error")
    if error is not None:
        detail = error if isinstance(error, dict) else {"message": str(error)}
        said = f"{detail.get('code', '?')}, {str(detail.get('message', '?'))[:120]}"
        raise _ServiceError(
            Text(f"Le service répond par une erreur ({said})", f"The service answers with an error ({said})"),
            where=query.url,
            hint=_LATER,
        )
    return body


def _frame(query: Query, body: dict[str, Any]) -> gpd.GeoDataFrame:
    features = body.get("features")
    if not isinstance(features, list):
        raise _refused(query, "La réponse n'a pas de liste de formes", "The answer has no list of shapes")
    rows, shapes = [], []
    for feature in features:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            raise _refused(query, "Une forme n'a pas d'attributs", "A shape has no attributes")
        absent = [field for field in (query.key, *query.fields) if field not in properties]
        if absent:
            raise _refused(query, f"Le champ « {absent[0]} » manque", f"Field “{absent[0]}” is missing")
        rows.append([properties[field] for field in (query.key, *query.fields)])
        shapes.append(_shape(query, feature.get("geometry"), properties[query.key]))
    table = pd.DataFrame(rows, columns=[query.key, *query.fields])
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=DISPLAY_CRS))


def _shape(query: Query, geometry: object, key: object) -> shapely.Geometry:
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except (shapely.errors.GEOSException, TypeError, ValueError) as failure:
        raise _no_shape(query, key) from failure
    if shape is None or shape.is_empty:
        raise _no_shape(query, key)
    return shape if shape.is_valid else shapely.make_valid(shape, method="structure", keep_collapsed=False)


def _all_once(query: Query, pages: list[gpd.GeoDataFrame], expected: int) -> gpd.GeoDataFrame:
    """Join the pages; a feature that two pages gave means that another one may have been skipped."""
    stacked = pd.concat(pages, ignore_index=True).drop_duplicates(query.key)
    if len(stacked) != expected:
        raise _missing(query, len(stacked), expected)
    ordered = stacked.sort_values(query.key, ignore_index=True)
    return gpd.GeoDataFrame(ordered, geometry="geometry", crs=DISPLAY_CRS)


def _missing(query: Query, received: int, expected: int) -> FetchError:
    return FetchError(
        Text(
            f"{received} formes différentes reçues sur {expected} annoncées",
            f"{received} different shapes received of {expected} announced",
        ),
        where=query.url,
        hint=_LATER,
    )


def _no_shape(query: Query, key: object) -> FetchError:
    return _refused(query, f"« {key} » n'a pas de forme lisible", f"“{key}” has no readable shape")


def _refused(query: Query, fr: str, en: str) -> FetchError:
    return FetchError(Text(fr, en), where=query.url, hint=_REPORT)
