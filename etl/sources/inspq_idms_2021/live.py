"""Fetch the deprivation index: its table of every reference territory, and its map layer."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

import pandas as pd

from etl.clients import ckan, portal_files
from etl.clients.archives import Member, open_archive
from etl.fetch import Retrieved
from etl.live import FetchContext, LiveFiles
from geodata.errors import SourceFileError
from geodata.text import Text, fold

_SLUG: Final = "indice-de-defavorisation-du-quebec-2021"
_SHEET: Final = "Données"
_TABLE: Final = "inspq_idms_2021/table.parquet"
_AREAS: Final = "inspq_idms_2021/areas.parquet"
_LAYER: Final = r"ad_2021_inddef"
_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_REFERENCES: Final = ("", "RSS", "RTS", "RLS", "CLSC")
_CODES: Final = {"AD": 8, "RSS": 2, "RTS": 3, "RLS": 4, "CLSC": 5}
_MOST_ROWS: Final = 60_000
_MOST_WORKBOOK_BYTES: Final = 200_000_000


def fetch(context: FetchContext) -> LiveFiles:
    """Fetch both files and write the two declared ones; see :mod:`etl.live`."""
    found = ckan.record(context.http, ckan.QUEBEC, _SLUG)
    layer = ckan.choose(found, ("shp", "zip"), r"inddef|indice de defavorisation|defavorisation.*2021",
                        prefer=r"inddef")  # fmt: skip
    file, layer_origin = ckan.bring(context, found, layer)
    portal_files.write(_areas(file, layer.label), context.folder / _AREAS)
    published, table_origin = _published_table(context, found)
    portal_files.write(table(published, table_origin.name), context.folder / _TABLE)
    return LiveFiles((layer_origin, table_origin), "2021", None, ckan.licence_note(found, "cc-by-4.0"))


def _areas(file: Path, name: str) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as work:
        folder = portal_files.unpacked(file, lambda m: m.suffix in _PARTS, Path(work))
        layer = portal_files.read_layer(folder, _LAYER)
    wanted: dict[str, tuple[str, ...]] = {
        "ADIDU": (), "QuintMatRS": ("QuintMatRSS",), "QuintSocRS": ("QuintSocRSS",),
        "NOTEMAT": (), "NOTESOC": (),
    }  # fmt: skip
    taken = portal_files.take(layer, wanted, name, optional=("NOTEMAT", "NOTESOC"))
    numbers = {c: portal_files.as_number(taken[c]) for c in wanted if c != "ADIDU"}
    return pd.DataFrame({"ADIDU": portal_files.as_code(taken["ADIDU"]), **numbers})


def _published_table(context: FetchContext, found: ckan.Record) -> tuple[pd.DataFrame, Retrieved]:
    """Find the workbook, alone or in the archive that holds it with its documentation."""
    pattern = r"table ?correspondances?|correspondance|idms.*2021.*fr"
    chosen = ckan.choose(found, ("xlsx", "zip"), pattern, prefer=r"complete|_fr\b")
    file, origin = ckan.bring(context, found, chosen)
    if chosen.format == "xlsx" and not chosen.file_name.lower().endswith(".zip"):
        return read_workbook(file, chosen.label), origin
    with tempfile.TemporaryDirectory() as name, open_archive(file) as archive:
        member = archive.one(".xlsx", _is_table)
        (workbook,) = archive.extract((member,), Path(name))
        return read_workbook(workbook, member.file_name), origin


def _is_table(member: Member) -> bool:
    return "correspondances" in fold(member.file_name).replace(" ", "")


def read_workbook(path: Path, name: str) -> pd.DataFrame:
    """Read the sheet « Données » row by row, so that a huge sheet costs nothing.

    Raises
    ------
    SourceFileError
        If it is no workbook, lacks the sheet, or has far more rows than Québec has areas.
    """
    try:
        # A workbook is an archive: it is held to the same limits before it is read.
        with (
            open_archive(path, most_bytes=_MOST_WORKBOOK_BYTES),
            pd.ExcelFile(path, engine="openpyxl") as book,
        ):
            sheet = next((s for s in book.sheet_names if fold(str(s)) == fold(_SHEET)), None)
            if sheet is None:
                raise _wrong(name, f"n'a pas de feuille « {_SHEET} »", f"has no sheet “{_SHEET}”")
            rows = pd.read_excel(book, sheet_name=sheet, dtype=object, nrows=_MOST_ROWS + 1)
    except (KeyError, OSError, TypeError, AttributeError) as failure:
        raise _wrong(name, "ne se lit pas", "cannot be read") from failure
    if len(rows) > _MOST_ROWS:
        raise _wrong(name, f"a plus de {_MOST_ROWS} rangées", f"has more than {_MOST_ROWS} rows")
    filled: pd.DataFrame = rows.dropna(how="all").reset_index(drop=True)
    return filled


def table(published: pd.DataFrame, name: str) -> pd.DataFrame:
    """Bring the table to its declared columns: codes padded, fifths as numbers, 0 left as published.

    Fractions written in percent are brought to 0…1.
    """
    no_other_name: tuple[str, ...] = ()
    wanted = dict.fromkeys((*_CODES, "FRAC_CLSC", "ADPOP2021"), no_other_name)
    for reference in _REFERENCES:
        quebec = ("Qc", "QC", "Quebec") if not reference else ()
        wanted[f"QuintMat{reference}"] = tuple(f"QuintMat{q}" for q in quebec)
        wanted[f"QuintSoc{reference}"] = tuple(f"QuintSoc{q}" for q in quebec)
    wanted["ComRSS"] = ()
    taken = portal_files.take(published, wanted, name)
    taken = taken[taken["AD"].notna()].reset_index(drop=True)
    codes = {c: portal_files.as_code(taken[c]).str.zfill(width) for c, width in _CODES.items()}
    numbers = {c: portal_files.as_number(taken[c]) for c in wanted if c not in (*_CODES, "ComRSS")}
    fractions = numbers["FRAC_CLSC"]
    if fractions.max() > 1.5:
        numbers["FRAC_CLSC"] = fractions / 100
    label = (
        taken["ComRSS"].astype("string").str.strip().str.upper().str.replace(r"^([1-5])$", r"C\1", regex=True)
    )
    return pd.DataFrame({**codes, **numbers, "ComRSS": label.astype(object).where(label.notna(), None)})


def _wrong(name: str, fr: str, en: str) -> SourceFileError:
    return SourceFileError(
        Text(f"Le classeur {fr}", f"The workbook {en}"),
        where=name,
        hint=Text("reprenez le fichier chez son éditeur", "take the file from its publisher again"),
    )
