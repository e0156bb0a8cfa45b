"""Read source files and refuse, in one sentence, what is not what it should be."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.errors import SourceFileError, SourceNotFoundError
from geodata.text import Text

_TAKE_AGAIN: Final = Text(
    "reprenez le fichier chez son éditeur ; le dernier bon paquet reste en place",
    "take the file from its publisher again; the last good package stays in place",
)
_MOST_INFLATED_BYTES: Final = 3_000_000_000


def read_table(path: Path) -> pd.DataFrame:
    """Read one file as its publisher serves it, or zipped.

    Parameters
    ----------
    path
        A ``.parquet``, ``.csv`` or ``.xlsx`` file; ``path`` with ``.zip`` added is taken where it is absent.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        Every CSV cell is text, stripped, with null for blanks; Parquet keeps its types.

    Raises
    ------
    SourceNotFoundError
        If neither form is there.
    SourceFileError
        If the file is empty, truncated, an HTML page, a corrupt archive or in another encoding.
    """
    found = _find(path)
    head = _head(found)
    if found.suffix == ".zip":
        return _read_zip(found, path.suffix)
    readers: dict[str, Callable[[Path], pd.DataFrame]] = {
        ".parquet": _read_parquet,
        ".csv": lambda p: _read_csv(p.read_bytes(), p),
        ".xlsx": _read_xlsx,
    }
    _refuse_html(head, found)
    return readers[found.suffix](found)


def read_given(path: Path) -> pd.DataFrame:
    """Read a file that a person names, which is no source of the package: the hints are other ones.

    Raises
    ------
    SourceNotFoundError, SourceFileError
        As for :func:`read_table`.
    """
    try:
        return read_table(path)
    except SourceNotFoundError as failure:
        raise SourceNotFoundError(
            Text("Ce fichier n'existe pas", "This file does not exist"),
            where=str(path),
            hint=Text("vérifiez son chemin", "check its path"),
        ) from failure
    except SourceFileError as failure:
        hint = Text("exportez-le de nouveau, puis recommencez", "export it again, then start over")
        raise SourceFileError(failure.what, where=failure.where, hint=hint) from failure


def _find(path: Path) -> Path:
    zipped = path.with_name(f"{path.name}.zip")
    if path.is_file():
        return path
    if zipped.is_file():
        return zipped
    raise SourceNotFoundError(
        Text("Le fichier de la source est introuvable", "The source file cannot be found"),
        where=str(path),
        hint=Text(
            "vérifiez le chemin donné à --mirror et que ce fichier y est",
            "check the path given to --mirror and that this file is in it",
        ),
    )


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            head = stream.read(512)
    except OSError as failure:
        raise _broken(path, f"illisible, {failure.strerror}", f"unreadable, {failure.strerror}") from failure
    if not head.strip():
        raise _broken(path, "vide", "empty")
    return head


def _refuse_html(head: bytes, path: Path) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml version")) and b"html" in start:
        raise _broken(path, "une page web à la place des données", "a web page in place of the data")


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        metadata = pq.read_schema(path).metadata or {}
        if b"geo" in metadata:
            layer: pd.DataFrame = gpd.read_parquet(path)
            return layer
        return pd.read_parquet(path)
    except (pa.ArrowException, OSError, ValueError) as failure:
        raise _broken(path, "tronqué ou corrompu (Parquet)", "truncated or corrupt (Parquet)") from failure


def _read_csv(content: bytes, path: Path) -> pd.DataFrame:
    if content[:2] in (b"PK", b"\x1f\x8b"):
        raise _broken(
            path, "une archive sous un nom de table CSV", "an archive under the name of a CSV table"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        row = content[: failure.start].count(b"\n") + 1
        raise SourceFileError(
            Text("Le fichier n'est pas en UTF-8", "The file is not in UTF-8"),
            where=f"{path}, ligne/row {row}",
            hint=Text(
                "réenregistrez-le en UTF-8 ou reprenez-le chez son éditeur",
                "save it again in UTF-8 or take it from its publisher again",
            ),
        ) from failure
    if "\x00" in text:
        raise _broken(path, "binaire ou dans un autre encodage", "binary or in another encoding")
    try:
        frame = pd.read_csv(
            io.StringIO(text), dtype=str, keep_default_na=False, sep=_separator(text), on_bad_lines="error"
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as failure:
        reason = str(failure).strip().splitlines()[-1]
        raise _broken(path, f"mal formé ({reason})", f"malformed ({reason})") from failure
    if content[-1:] not in (b"\n", b"\r") and _last_row_is_short(text):
        raise _broken(path, "coupé au milieu de sa dernière ligne", "cut in the middle of its last row")
    stripped = frame.apply(lambda column: column.str.strip())
    blank_as_null: pd.DataFrame = stripped.mask(stripped == "")
    return blank_as_null


def _separator(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max((",", ";", "\t"), key=header.count)


def _last_row_is_short(text: str) -> bool:
    """Whether the last row has fewer cells than the header; a quoted line break reads as a short row."""
    separator = _separator(text)
    header, last = (
        next(csv.reader([line], delimiter=separator)) for line in (text.split("\n", 1)[0], _last(text))
    )
    return len(last) < len(header)


def _last(text: str) -> str:
    return text.rstrip("\r\n").rsplit("\n", 1)[-1]


def _read_xlsx(path: Path) -> pd.DataFrame:
    try:
        return pd.read_excel(path, dtype=str, engine="openpyxl")
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as failure:
        raise _broken(path, "un classeur corrompu", "a corrupt workbook") from failure


def _read_zip(path: Path, suffix: str) -> pd.DataFrame:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if m.filename.lower().endswith(suffix)]
            if len(members) != 1 or members[0].file_size > _MOST_INFLATED_BYTES:
                raise _broken(
                    path,
                    f"une archive sans un seul fichier {suffix} de taille raisonnable",
                    f"an archive without exactly one {suffix} file of a sensible size",
                )
            content = archive.read(members[0])
    except (zipfile.BadZipFile, OSError, RuntimeError, EOFError) as failure:
        raise _broken(path, "une archive ZIP corrompue", "a corrupt ZIP archive") from failure
    if suffix == ".csv":
        _refuse_html(content[:512], path)
        return _read_csv(content, path)
    try:
        return pd.read_parquet(io.BytesIO(content))
    except (pa.ArrowException, OSError, ValueError) as failure:
        raise _broken(path, "tronqué ou corrompu (Parquet)", "truncated or corrupt (Parquet)") from failure


def read_json_column(frame: pd.DataFrame, column: str) -> pd.Series:
    """Decode a column of JSON texts into Python values."""
    return frame[column].map(json.loads)


def _broken(path: Path, fr: str, en: str) -> SourceFileError:
    return SourceFileError(
        Text(f"Le fichier est {fr}", f"The file is {en}"), where=str(path), hint=_TAKE_AGAIN
    )
