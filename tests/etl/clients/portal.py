"""A portal as CKAN speaks: records with their files, and a context to fetch them in."""

from __future__ import annotations

import importlib
import io
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import geopandas as gpd
import pandas as pd

from etl.door import read_file
from etl.fetch import Store
from etl.http import Http
from etl.live import FetchContext, LiveFiles
from etl.registry import declaration_of
from tests.etl.services.server import (
    Asked,
    Reply,
    Routes,
    Service,
    file_reply,
    json_reply,
    quick_http,
    serving,
)

QUEBEC_API = "/www.donneesquebec.ca/recherche/api/3/action/"
MONTREAL_API = "/donnees.montreal.ca/api/3/action/"
FILES = "https://www.donneesquebec.ca/recherche/dataset/d/resource/r/download/"
CITY_FILES = "https://donnees.montreal.ca/dataset/d/resource/r/download/"
DAY = "2026-03-23T14:05:06.123456"


def resource(name: str, format: str, url: str, **more: Any) -> dict[str, Any]:
    """Write one file of a record, with the fields that CKAN gives."""
    return {
        "id": f"id-{url.rsplit('/', 1)[-1] or name}",
        "name": name,
        "format": format,
        "url": url,
        "last_modified": DAY,
        "datastore_active": False,
        **more,
    }


def record_reply(*resources: dict[str, Any], licence: str = "cc-by", title: str = "Fiche") -> Reply:
    """Answer ``package_show``."""
    result = {"title": title, "license_id": licence, "resources": list(resources)}
    return json_reply({"help": "…", "success": True, "result": result})


def records(api: str, by_slug: dict[str, Reply]) -> Routes:
    """Serve several records of one portal by ``package_show``."""
    missing = json_reply(
        {"success": False, "error": {"message": "Non trouvé", "__type": "Not Found Error"}}, status=404
    )

    def show(asked: Asked) -> Reply:
        return by_slug.get(asked.one("id"), missing)

    return {("GET", f"{api}package_show"): show}


def file_route(url: str, body: bytes, content_type: str = "application/octet-stream") -> Routes:
    """Serve one file of a publisher at its own address, through the relay."""
    parts = urlsplit(url)
    return {("GET", f"/{parts.netloc}{parts.path}"): file_reply(body, content_type)}


def context(service: Service, folder: Path, http: Http | None = None) -> FetchContext:
    """Give what a live client works with; files go to ``folder/files``."""
    files = folder / "files"
    files.mkdir(exist_ok=True)
    return FetchContext(
        http or quick_http(service), Store(folder / "home"), files, lambda _name, _done, _all: None
    )


def geojson(layer: gpd.GeoDataFrame) -> bytes:
    """Write a layer as GeoJSON."""
    return layer.to_json().encode()


def shapefile_zip(layers: dict[str, gpd.GeoDataFrame], folder: Path, encoding: str = "UTF-8") -> bytes:
    """Write layers as shapefiles in one archive, as the ministries publish them."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, layer in layers.items():
            target = folder / name
            target.mkdir()
            layer.to_file(target / f"{name}.shp", encoding=encoding)
            for part in sorted(target.iterdir()):
                archive.write(part, part.name)
    return held.getvalue()


def fetch(source: str, routes: Routes, folder: Path) -> tuple[LiveFiles, dict[str, pd.DataFrame]]:
    """Fetch a source and read what it wrote through the same door as the mirror."""
    live = importlib.import_module(f"etl.sources.{source}.live")
    with serving(routes) as service:
        work = context(service, folder)
        result = live.fetch(work)
    raw = {f.name: read_file(f, work.folder) for f in declaration_of(source).files}
    return result, raw


def csv(frame: pd.DataFrame, encoding: str = "utf-8", separator: str = ",") -> bytes:
    return frame.to_csv(index=False, sep=separator).encode(encoding)


def portal(api: str, slug: str, files: dict[str, tuple[str, str, bytes]], licence: str = "cc-by") -> Routes:
    """Publish files, each by name as (format, address, body), under one record."""
    listed = [resource(name, form, url) for name, (form, url, _) in files.items()]
    routes = records(api, {slug: record_reply(*listed, licence=licence)})
    for form, url, body in files.values():
        routes |= file_route(url, body, "text/csv" if form == "CSV" else "application/octet-stream")
    return routes
