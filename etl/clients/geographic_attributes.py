"""The Geographic Attribute File of 2021 (92-151-X): every dissemination block, its people and its codes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from etl.clients.archives import open_archive
from etl.clients.text_tables import read_rows
from etl.fetch import Retrieved
from etl.http import Kind
from etl.live import FetchContext
from geodata.errors import JoinError
from geodata.text import Text

URL: Final = (
    "https://www12.statcan.gc.ca/census-recensement/2021/geo/aip-pia/attribute-attribs/"
    "files-fichiers/2021_92-151_X.zip"
)
PROVINCE: Final = "24"
NO_TRACT: Final = "9924.00"
"""Written for the areas of Québec that are outside every census tract."""

_MOST_BYTES: Final = 400_000_000
_TRACT: Final = r"\d{7}\.\d{2}"

_COLUMNS: Final = {
    "PRUID_PRIDU": "PRUID",
    "CDUID_DRIDU": "CDUID",
    "CSDUID_SDRIDU": "CSDUID",
    "CSDNAME_SDRNOM": "CSDNAME",
    "CSDTYPE_SDRGENRE": "CSDTYPE",
    "SACTYPE_CSSGENRE": "SACTYPE",
    "CMAUID_RMRIDU": "CMAUID",
    "CTUID_SRIDU": "CTUID",
    "DAUID_ADIDU": "DAUID",
    "DARPLAT_ADLAT": "latitude",
    "DARPLONG_ADLONG": "longitude",
    "DBUID_IDIDU": "DBUID",
    "DBPOP2021_IDPOP2021": "people",
    "DBTDWELL2021_IDTLOG2021": "dwellings",
    "DBURDWELL2021_IDRHLOG2021": "occupied",
    "DBAREA2021_IDSUP2021": "land_km2",
}
_SUMS: Final = ("people", "dwellings", "occupied", "land_km2")
_SAME_IN_AREA: Final = ("CDUID", "CSDUID", "CSDNAME", "CSDTYPE", "SACTYPE", "CMAUID", "CTUID")


def fetch_areas(context: FetchContext) -> tuple[pd.DataFrame, Retrieved]:
    """Fetch the file and sum its blocks; see :func:`areas_of`."""
    path, retrieved = context.file(URL, name="geographic_attributes", expect=Kind.ZIP, most_bytes=_MOST_BYTES)
    return areas_of(read_blocks(path)), retrieved


def read_blocks(path: Path) -> pd.DataFrame:
    """Read the blocks of Québec from the archive, as a stream.

    Parameters
    ----------
    path
        ``2021_92-151_X.zip``, all of Canada.

    Returns
    -------
    pandas.DataFrame
        One row a block: ``DBUID, DAUID, CSDUID, CSDNAME, CSDTYPE, CDUID, SACTYPE, CMAUID, CTUID`` as text,
        ``people, dwellings, occupied, land_km2, latitude, longitude`` as numbers, null where not counted.

    Raises
    ------
    SourceFileError
        If the archive or its table is not what Statistics Canada documents.
    JoinError
        If a block is there twice.
    """
    with open_archive(path) as archive:
        member = archive.one(".csv")
        with archive.open(member) as stream:
            blocks = read_rows(
                stream,
                _COLUMNS,
                where=f"{path.name}, {member.file_name}",
                keep=lambda rows: rows["PRUID"].eq(PROVINCE),
                numbers=(*_SUMS, "latitude", "longitude"),
            )
    twice = blocks["DBUID"].duplicated()
    if twice.any():
        raise JoinError(
            Text("Un îlot est donné deux fois", "A block is given twice"),
            where=f"{path.name}, DBUID {blocks.loc[twice, 'DBUID'].iloc[0]}",
            hint=_TAKE_AGAIN,
        )
    return blocks.drop(columns="PRUID")


def areas_of(blocks: pd.DataFrame) -> pd.DataFrame:
    """Sum the blocks into dissemination areas.

    A block of a community that the census did not count has no population; its area has 0, as in the
    published totals, and it is for the municipality to say that it was not counted.

    Parameters
    ----------
    blocks
        From :func:`read_blocks`.

    Returns
    -------
    pandas.DataFrame
        One row an area, in the order of ``DAUID``: its codes, its sums and the point (EPSG:4326) that
        Statistics Canada gives it, weighted by its people.

    Raises
    ------
    JoinError
        If the blocks of one area do not agree on a code or on the point.
    """
    cleaned = blocks.assign(
        CTUID=blocks["CTUID"].where(
            blocks["CTUID"].str.fullmatch(_TRACT).fillna(False).astype(bool), NO_TRACT
        )
    )
    by_area = cleaned.groupby("DAUID", sort=True)
    for column in (*_SAME_IN_AREA, "latitude", "longitude"):
        differ = by_area[column].nunique(dropna=False).gt(1)
        if differ.any():
            raise JoinError(
                Text(
                    f"Les îlots d'une aire ne s'accordent pas sur {column}",
                    f"The blocks of one area do not agree on {column}",
                ),
                where=f"DAUID {differ.idxmax()}",
                hint=_TAKE_AGAIN,
            )
    same = by_area[[*_SAME_IN_AREA, "latitude", "longitude"]].first()
    areas: pd.DataFrame = same.join(by_area[list(_SUMS)].sum()).reset_index()
    areas["people"] = areas["people"].astype(np.int64)
    return areas


def hierarchy(areas: pd.DataFrame) -> pd.DataFrame:
    """Write the areas as the declared file of codes and populations."""
    return pd.DataFrame(
        {
            "da_id_21": areas["DAUID"],
            "da_pop_21": areas["people"],
            "pr_id_21": PROVINCE,
            "cd_id_21": areas["CDUID"],
            "csd_id_21": areas["CSDUID"],
            "csd_name_21": areas["CSDNAME"],
            "sactype_21": areas["SACTYPE"],
            "cma_id_21": areas["CMAUID"],
            "ct_id_21": areas["CTUID"],
        }
    )


_TAKE_AGAIN: Final = Text(
    "reprenez le fichier des attributs géographiques chez Statistique Canada",
    "take the Geographic Attribute File from Statistics Canada again",
)
