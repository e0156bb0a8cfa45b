"""Small files in the shapes that Statistics Canada publishes; the figures are invented for the tests."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
from shapely.geometry import box

GAF_HEADER = (
    "PRUID_PRIDU,PRDGUID_PRIDUGD,PRNAME_PRNOM,CDUID_DRIDU,CSDUID_SDRIDU,CSDNAME_SDRNOM,CSDTYPE_SDRGENRE,"
    "SACTYPE_CSSGENRE,CMAUID_RMRIDU,CTUID_SRIDU,DAUID_ADIDU,DARPLAT_ADLAT,DARPLONG_ADLONG,DBUID_IDIDU,"
    "DBPOP2021_IDPOP2021,DBTDWELL2021_IDTLOG2021,DBURDWELL2021_IDRHLOG2021,DBAREA2021_IDSUP2021,DBIR2021_IDRI2021"
)

AREAS = {
    "24660046": ("2466", "2466023", "Montréal", "V", "1", "462", "4620582.02", 45.5601, -73.6001),
    "24660044": ("2466", "2466023", "Montréal", "V", "1", "462", "4620582.01", 45.5611, -73.6011),
    "24010018": ("2401", "2401042", "Grosse-Île", "MÉ", "7", "999", "", 47.6136, -61.5225),
    "24670285": ("2467", "2467802", "Kahnawake", "IRI", "1", "462", "4620832.00", 45.4101, -73.6801),
}
"""Four real areas of Québec, their codes, and points near them."""

BLOCKS = (
    ("24660046", "01", "300", "120", "110", "0.0102"),
    ("24660046", "02", "126", "60", "55", "0.0203"),
    ("24660044", "01", "377", "150", "140", "0.0111"),
    ("24010018", "01", "464", "210", "200", "37.5"),
    ("24670285", "01", "", "", "", "12.1"),
)
"""Area, number of the block, people, dwellings, occupied dwellings, land area."""


def zipped(members: Mapping[str, bytes], date: tuple[int, int, int] = (2024, 11, 3)) -> bytes:
    """Zip some files, each with one date."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(zipfile.ZipInfo(name, (*date, 8, 30, 0)), body, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def gaf_lines(blocks: Sequence[Sequence[str]] = BLOCKS) -> list[str]:
    """Write the rows of the Geographic Attribute File, with one block of Ontario before them."""
    ottawa = "35,2021A000235,Ontario,3506,3506008,Ottawa,CV,1,505,5050001.00,35060001,45.4,-75.7,"
    lines = [GAF_HEADER, f"{ottawa}35060001001,9,4,4,1,"]
    for area, number, people, dwellings, occupied, land in blocks:
        cd, csd, name, kind, sac, cma, tract, lat, lon = AREAS[area]
        flag = "" if people else "T"
        lines.append(
            f'24,2021A000224,"Quebec / Québec",{cd},{csd},"{name}",{kind},{sac},{cma},{tract},{area},'
            f"{lat},{lon},{area}0{number},{people},{dwellings},{occupied},{land},{flag}"
        )
    return lines


def gaf_zip(lines: Sequence[str] | None = None, encoding: str = "latin-1") -> bytes:
    """Zip the Geographic Attribute File as the publisher does."""
    text = "\r\n".join(lines or gaf_lines()) + "\r\n"
    return zipped({"2021_92-151_X.csv": text.encode(encoding), "readme.pdf": b"%PDF"})


def boundary_zip(
    stem: str,
    rows: Sequence[Mapping[str, object]],
    *,
    epsg: int = 3347,
    parts: Sequence[str] = (".shp", ".shx", ".dbf", ".prj", ".cpg"),
) -> bytes:
    """Zip a shapefile of squares, one a row, with the esri text of its system as publishers write it."""
    squares = [box(lon, lat, lon + 0.002, lat + 0.002) for lon, lat in (_point(row) for row in rows)]
    shapes = gpd.GeoDataFrame(list(rows), geometry=squares, crs=4326).to_crs(epsg)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{stem}.shp"
        shapes.drop(columns=["lon", "lat"], errors="ignore").to_file(path, encoding="utf-8")
        members = {f"{stem}{part}": path.with_suffix(part).read_bytes() for part in parts}
    return zipped({**members, f"{stem}.xml": b"<metadata/>"})


def _point(row: Mapping[str, object]) -> tuple[float, float]:
    if "DAUID" in row and row["DAUID"] in AREAS:
        return AREAS[str(row["DAUID"])][8], AREAS[str(row["DAUID"])][7]
    return float(str(row.get("lon", -73.6))), float(str(row.get("lat", 45.5)))
