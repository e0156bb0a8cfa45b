"""Fetch the territories of CLSCs as they are drawn, and put together those of the wider networks."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from etl.clients import ckan, portal_files
from etl.clients.archives import Member
from etl.live import FetchContext, LiveFiles
from etl.sources.msss_population.live import fetch_population
from geodata.errors import JoinError
from geodata.text import Text

_SLUG: Final = "limites-territoriales"
_ZIPPED: Final = ("shp", "zip", "shapefile")
_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_PUBLISHED: Final = "publie"
"""What ``geom_source`` holds where the shape is the publisher's own; see the transform."""

_CLSC_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "CLSC_code": (), "CLSC_nom": (), "RLS_code": (), "RTS_code": (), "RSS_code": (),
    "RLS_nom": (), "RSS_nom": (), "Version": (),
}  # fmt: skip
_WIDTHS: Final = {"CLSC_code": 5, "RLS_code": 4, "RTS_code": 3, "RSS_code": 2}


def fetch(context: FetchContext) -> LiveFiles:
    """Fetch the layer of CLSCs, the names of the networks, and write the four layers; see :mod:`etl.live`."""
    found = ckan.record(context.http, ckan.QUEBEC, _SLUG)
    chosen = ckan.choose(found, _ZIPPED, r"clsc\D*(?P<year>20\d{2})", prefer=r"territoires[_ ]clsc|clsc en")
    file, origin = ckan.bring(context, found, chosen)
    clsc = _read(file)
    people, population_origin = fetch_population(context)
    names = people.loc[people["geo"].isin(["RLS", "RTS", "RSS"])].drop_duplicates(["geo", "region_id"])
    for path, layer in layers(clsc, names).items():
        portal_files.write(layer, context.folder / "msss_territories" / path)
    portal_files.write(
        people[["geo", "region_id", "region"]].drop_duplicates(),
        context.folder / "msss_population/population_msss_isq_clsc_rls_rts_rss_1996_2041.parquet",
    )
    date = ckan.date_of([origin])
    return LiveFiles(
        (origin, population_origin),
        vintage=date and date[:4],
        reference_date=date,
        notes=(*ckan.licence_note(found, "cc-by-4.0"), _DISSOLVED),
    )


_DISSOLVED: Final = Text(
    "Limites des CLSC telles que publiées ; RLS, RTS et RSS réunis à partir d'elles",
    "CLSC boundaries as published; RLS, RTS and RSS put together from them",
)


def _read(file: Path) -> gpd.GeoDataFrame:
    with tempfile.TemporaryDirectory() as folder:
        portal_files.unpacked(file, _is_wanted, Path(folder))
        return portal_files.read_layer(Path(folder), r"territoires_clsc.*")


def _is_wanted(member: Member) -> bool:
    return member.suffix in _PARTS and "clsc" in member.file_name.lower()


def layers(published: gpd.GeoDataFrame, names: pd.DataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Make the four declared layers from the published one.

    Parameters
    ----------
    published
        Territories of CLSCs with the codes of the networks that they make, EPSG:4326.
    names
        ``geo, region_id, region``: the wider networks as the population file names them ("0111 RLS de …").

    Returns
    -------
    dict
        Layers by declared file name.

    Raises
    ------
    JoinError
        If a CLSC would be in two networks of one level, or a network has no name.
    """
    taken = portal_files.take(published, _CLSC_COLUMNS, "CLSC", optional=("RLS_nom", "RSS_nom", "Version"))
    clsc = gpd.GeoDataFrame(taken, geometry=published.geometry, crs=published.crs)
    for column, width in _WIDTHS.items():
        clsc[column] = portal_files.as_code(clsc[column]).str.zfill(width)
    _require_nested(clsc)
    clsc["geom_source"] = _PUBLISHED
    named = {
        geo: dict(zip(rows["region_id"].str.zfill(width), _bare(rows["region"]), strict=True))
        for geo, width in (("RLS", 4), ("RSS", 2))
        for rows in [names[names["geo"] == geo]]
    }
    return {
        "clsc_2017_reconstructed.parquet": clsc.drop(columns=["RLS_nom", "RSS_nom"]),
        "rls_2020.parquet": _dissolved(clsc, "RLS", ["RTS_code", "RSS_code"], named["RLS"]),
        "rts_2020_dissolved.parquet": _dissolved(clsc, "RTS", ["RSS_code"], None),
        "rss_2020_dissolved.parquet": _dissolved(clsc, "RSS", [], named["RSS"]),
    }


def _bare(region: pd.Series) -> pd.Series:
    return region.str.replace(r"^\d+\s+", "", regex=True)


def _require_nested(clsc: pd.DataFrame) -> None:
    for inner, outer in (("CLSC_code", "RLS_code"), ("RLS_code", "RTS_code"), ("RTS_code", "RSS_code")):
        several = clsc.groupby(inner)[outer].nunique()
        if (several > 1).any():
            raise JoinError(
                Text(
                    f"Un {inner[:-5]} est dans deux {outer[:-5]}", f"One {inner[:-5]} is in two {outer[:-5]}"
                ),
                where=str(several[several > 1].index[0]),
                hint=Text("reprenez la couche chez son éditeur", "take the layer from its publisher again"),
            )


def _dissolved(
    clsc: gpd.GeoDataFrame, level: str, parents: list[str], names: dict[str, str] | None
) -> gpd.GeoDataFrame:
    code = f"{level}_code"
    joined = clsc[[code, *parents, "geometry"]].dissolve(by=code, as_index=False, aggfunc="first")
    if names is None:
        return joined
    named = joined.assign(**{f"{level}_nom": joined[code].map(names)})
    lost = named[f"{level}_nom"].isna()
    if lost.any():
        raise JoinError(
            Text(f"Un {level} n'a pas de nom", f"One {level} has no name"),
            where=str(named.loc[lost, code].iloc[0]),
            hint=Text(
                "la liste des réseaux a changé : actualisez aussi la population",
                "the list of networks has changed: refresh the population too",
            ),
        )
    return named
