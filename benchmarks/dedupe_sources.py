"""The four open lists that the labelled sample of duplicates is made of, as comparable entries."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pandas as pd

from etl.sources.msss_m02.transform import confidential
from geodata.confidential import protection_of

MISSIONS: Final = ("CHPSY", "CHSGS", "CHSLD", "CLSC", "CPEJ", "CRDITED", "CRDPA", "CRDPM", "CRDPV", "CRDPL",
                   "CRJDA", "CRMDA", "CRD")  # fmt: skip
_YOUTH: Final = re.compile("CRJDA|CRMDA|CPEJ")


def entries(mirror: Path) -> pd.DataFrame:
    """Stack the four lists, without the places whose address protects someone.

    Parameters
    ----------
    mirror
        Folder of the open files.

    Returns
    -------
    pandas.DataFrame
        Columns of ``etl.listings.dedupe.COLUMNS``; ``id`` is the list, a colon and the row's own identifier.
    """
    lists = [_m02(mirror), _odhf(mirror), _montreal(mirror), _osm(mirror)]
    rows = pd.concat(lists, ignore_index=True)
    rows[["longitude", "latitude"]] = rows[["longitude", "latitude"]].astype(float)
    rows["geocode_quality"] = "rooftop"
    open_to_all = rows["name"].map(lambda name: protection_of([name]) is None)
    return rows[open_to_all].reset_index(drop=True)


def _frame(source: str, number: pd.Series, **columns: pd.Series | str) -> pd.DataFrame:
    frame = pd.DataFrame({"id": source + ":" + number.astype(str), "source": source, **columns})
    text = ["name", "address", "city", "postal_code"]
    return frame.assign(**{column: frame[column].fillna("").astype(str) for column in text}, phone="")


def _m02(mirror: Path) -> pd.DataFrame:
    raw = pd.read_csv(mirror / "msss_m02" / "installationscsv.csv", dtype=str, encoding="utf-8-sig")
    flags = raw.assign(**{m: raw[m].str.strip().eq("Oui") for m in MISSIONS})
    raw = raw[~confidential(flags)]
    return _frame(
        "m02", raw["INSTAL_COD"], name=raw["INSTAL_NOM"], address=raw["ADRESSE"], city=raw["MUN_NOM"],
        postal_code=raw["CODE_POSTA"], longitude=raw["LONGITUDE"], latitude=raw["LATITUDE"],
    )  # fmt: skip


def _odhf(mirror: Path) -> pd.DataFrame:
    raw = pd.read_csv(mirror / "statcan_odhf_v1_1" / "statcan_odhf_v1_1_qc.csv", dtype=str)
    raw = raw[~raw["source_facility_type"].fillna("").str.contains(_YOUTH)]
    return _frame(
        "odhf", raw["index"], name=raw["facility_name"],
        address=raw["street_no"].fillna("") + " " + raw["street_name"].fillna(""), city=raw["city"],
        postal_code=raw["postal_code"], longitude=raw["longitude"], latitude=raw["latitude"],
    )  # fmt: skip


def _montreal(mirror: Path) -> pd.DataFrame:
    raw = pd.read_csv(mirror / "montreal_places" / "vdm_lieux_interet_montreal.csv", dtype=str)
    raw = raw[~raw["ID"].duplicated(keep=False)]
    return _frame(
        "mtl", raw["ID"], name=raw["Nom français"],
        address=raw["Numéro"].fillna("") + " " + raw["rue"].fillna(""), city=raw["Ville"],
        postal_code=raw["Code postal"], longitude=raw["Longitude"], latitude=raw["Latitude"],
    )  # fmt: skip


def _osm(mirror: Path) -> pd.DataFrame:
    raw = pd.read_csv(mirror / "osm_montreal" / "osm_organismes_communautaires_montreal.csv", dtype=str)
    return _frame(
        "osm", pd.Series(raw.index, raw.index), name=raw["name"], address=raw["address"], city="Montréal",
        postal_code="", longitude=raw["lon"], latitude=raw["lat"],
    )  # fmt: skip
