"""Fetch the administrative boundaries of Québec, and the land areas that the census gives them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from etl.clients import ckan, portal_files
from etl.clients.archives import Member
from etl.clients.boundaries import MUNICIPALITIES, fetch_from_service
from etl.live import FetchContext, LiveFiles
from geodata.text import Text

_SLUG: Final = "decoupages-administratifs"
_LAYERS: Final = ("mrc_s", "regio_s", "munic_s")
_MRC: Final[dict[str, tuple[str, ...]]] = {
    "MRC_code": ("MRS_CO_MRC",), "MRC_nom": ("MRS_NM_MRC",), "region_code": ("MRS_CO_REG",),
}  # fmt: skip
_REGIONS: Final[dict[str, tuple[str, ...]]] = {"region_code": ("RES_CO_REG",), "region_nom": ("RES_NM_REG",)}
_MUNICIPALITIES: Final[dict[str, tuple[str, ...]]] = {"code": ("MUS_CO_GEO",), "MRC_code": ("MUS_CO_MRC",)}


def fetch(context: FetchContext) -> LiveFiles:
    """Fetch the boundaries and write the three declared layers; see :mod:`etl.live`.

    The publisher draws waters with the land around them, and gives no land area: those of the census are
    summed over the municipalities that it places in each MRC.
    """
    found = ckan.record(context.http, ckan.QUEBEC, _SLUG)
    chosen = ckan.choose(found, ("gpkg", "shp", "zip"), r"20k|20 000|sda", prefer=r"20k|20 000")
    file, origin = ckan.bring(context, found, chosen, most_bytes=800_000_000)
    mrc, regions, municipal = _read(file)
    census, census_origin = fetch_from_service(context, MUNICIPALITIES, "PRUID='24'", tolerance=0.01)
    land, unplaced = land_by_mrc(census, municipal, set(mrc["MRC_code"].dropna()))
    written = layers(mrc, regions, land)
    for path, layer in written.items():
        portal_files.write(layer, context.folder / "qc_mrc" / path)
    date = ckan.date_of([origin])
    said = (Text(
        f"{unplaced} municipalités du recensement sans MRC dans le découpage, hors des superficies",
        f"{unplaced} census municipalities without an MRC in the boundaries, left out of the land areas",
    ),) if unplaced else ()  # fmt: skip
    return LiveFiles(
        (origin, census_origin),
        vintage=date and date[:4],
        reference_date=date,
        notes=(*ckan.licence_note(found, "cc-by-4.0"), *said),
    )


def _read(file: Path) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, pd.DataFrame]:
    with tempfile.TemporaryDirectory() as name:
        folder = portal_files.unpacked(file, _is_wanted, Path(name))
        mrc, regions, municipal = (portal_files.read_layer(folder, rf"{layer}(_\w+)?") for layer in _LAYERS)
    taken = portal_files.take(mrc, _MRC, "mrc_s")
    taken["MRC_code"] = mrc_code(taken["MRC_code"])
    places = pd.DataFrame(portal_files.take(municipal, _MUNICIPALITIES, "munic_s").drop(columns="geometry"))
    places["MRC_code"] = mrc_code(places["MRC_code"])
    return taken, portal_files.take(regions, _REGIONS, "regio_s"), places


def _is_wanted(member: Member) -> bool:
    stem = member.file_name.lower().split(".", 1)[0]
    return member.suffix == ".gpkg" or (stem in _LAYERS and not member.file_name.lower().endswith(".xml"))


def mrc_code(code: pd.Series) -> pd.Series:
    """Write codes as ours: ``66`` and ``660`` are ``66``, ``371`` stays, blanks are null."""
    text = portal_files.as_code(code)
    return text.str.replace(r"^(\d{2})0$", r"\1", regex=True).str.zfill(2)


def land_by_mrc(census: pd.DataFrame, municipal: pd.DataFrame, known: set[str]) -> tuple[pd.Series, int]:
    """Sum the census land areas of the municipalities of each MRC.

    Parameters
    ----------
    census
        ``CSDUID, LANDAREA`` (km²).
    municipal
        ``code, MRC_code``: the MRC of each municipality, by its five-figure code.
    known
        Codes of the MRCs.

    Returns
    -------
    tuple
        Land in km² by MRC, and the number of municipalities that have none. One that has been merged since
        the census is found by its census division, where that is an MRC.
    """
    mrc_of = municipal.dropna().drop_duplicates("code").set_index("code")["MRC_code"]
    own = census["CSDUID"].str[2:].map(mrc_of)
    division = census["CSDUID"].str[2:4]
    found = own.where(own.isin(known), division.where(division.isin(known)))
    land = census["LANDAREA"].astype(float).groupby(found).sum(min_count=1)
    return land, int(found.isna().sum())


def layers(mrc: gpd.GeoDataFrame, regions: gpd.GeoDataFrame, land: pd.Series) -> dict[str, gpd.GeoDataFrame]:
    """Make the declared layers: one row a territory, in EPSG:4326.

    Rows without a code (waters that belong to no MRC) are left out; a territory drawn in several rows is
    put together.
    """
    drawn = mrc[mrc["MRC_code"].str.fullmatch(r"\d{2,3}").fillna(False)]
    whole = drawn.dissolve(by="MRC_code", as_index=False, aggfunc="first")
    whole["region_code"] = portal_files.as_code(whole["region_code"]).str.zfill(2)
    whole = whole.assign(CDUID=None, land_km2=whole["MRC_code"].map(land).astype(float))
    coded = regions.assign(region_code=portal_files.as_code(regions["region_code"]).str.zfill(2))
    within = coded[coded["region_code"].isin(set(whole["region_code"]))]
    by_region = within.dissolve(by="region_code", as_index=False, aggfunc="first")
    of_region = whole.groupby("region_code")["land_km2"].sum(min_count=1)
    by_region = by_region.assign(land_km2=by_region["region_code"].map(of_region))
    return {
        "mrc_104_land.parquet": whole,
        "mrc_104_digital.parquet": whole[["MRC_code", "geometry"]],
        "regions_admin_17.parquet": by_region,
    }
