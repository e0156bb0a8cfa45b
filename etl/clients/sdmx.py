"""The Census Profile web service of Statistics Canada (SDMX REST): its code list and its figures."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree

from etl.clients.characteristics import Listed, Pin, resolve
from etl.clients.profile_table import (
    NO_VALUE,
    SYMBOL_OF_FLAG,
    Row,
    code_of,
    level_of,
    number,
    quality_of,
)
from etl.fetch import Retrieved, Store
from etl.http import Http, Kind
from geodata.errors import FetchError, SelectionError
from geodata.text import Text

BASE: Final = "https://api.statcan.gc.ca/census-recensement/profile/sdmx/rest/"
CODE_LIST_URL: Final = f"{BASE}codelist/STC_CP/CL_CHARACTERISTIC/latest"

FLOWS: Final[Mapping[str, str]] = {
    "da": "DF_DA", "ct": "DF_CT", "municipality": "DF_CSD", "cd": "DF_CD", "province": "DF_PR",
}  # fmt: skip
"""Dataflow of each level."""

MOST_AREAS: Final = 80
"""Geographies in one request: 88 of 38 characteristics were answered in 9 s."""

MOST_URL_LETTERS: Final = 6_000
MOST_ANSWER_BYTES: Final = 32_000_000
MOST_LIST_BYTES: Final = 64_000_000
FRESH_SECONDS: Final = 7 * 24 * 3600.0
"""A batch received this week is not asked again: a fetch that was stopped goes on where it was."""

_COLUMNS_READ: Final = (
    "TIME_PERIOD", "REF_AREA", "GENDER", "CHARACTERISTIC", "STATISTIC", "OBS_VALUE", "FLAG", "GEO_LEVEL",
    "ALT_GEO_CODE", "DATA_QUALITY_FLAG", "TNR_LF", "TNR_SF",
)  # fmt: skip
_GEO_LEVELS: Final[Mapping[str, str]] = {"da": "13", "ct": "12", "municipality": "4", "cd": "10"}
"""``CL_GEO_LEVEL`` code of the levels for which it is known."""

_YEAR: Final = "2021"
_COUNTS: Final = "1"
_RATES: Final = "4"
_DEEPEST: Final = 20
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_TAKE_AGAIN: Final = Text(
    "réessayez plus tard ; la dernière bonne version reste en place",
    "try again later; the last good version stays in place",
)

Say = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request asks for.

    Attributes
    ----------
    level
        One of ``FLOWS``.
    dguids
        Geographies of that level.
    key_of
        Our key by number of the service.
    """

    level: str
    dguids: tuple[str, ...]
    key_of: Mapping[str, str]

    @property
    def url(self) -> str:
        """Give the address of the request: total gender, counts and rates."""
        # The dot parts the key, so that the dot of a tract is written as an underscore.
        areas = "+".join(dguid.replace(".", "_") for dguid in self.dguids)
        return (
            f"{BASE}data/STC_CP,{FLOWS[self.level]}/A5.{areas}.1.{'+'.join(self.key_of)}"
            f".{_COUNTS}+{_RATES}?format=csv"
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """What the service gave for some geographies.

    Attributes
    ----------
    rows
        Rows of the long table, in the order of ``profile_table.COLUMNS``.
    absent
        Geographies that were asked and of which the service says nothing.
    retrieved
        The answers, as they were received.
    """

    rows: tuple[Row, ...]
    absent: tuple[str, ...]
    retrieved: tuple[Retrieved, ...]


def fetch_profile(
    http: Http, store: Store, dguids: Sequence[str], pins: Mapping[str, Pin], *, say: Say | None = None
) -> Profile:
    """Ask the service for the pinned characteristics of a small territory.

    The code list is read first, and every pin held against it. The geographies are then asked in polite
    batches, each kept in the store: a fetch that was stopped goes on where it was. The guide of the
    service asks not to draw a whole dataflow from it: a province is read from the bulk file.

    Parameters
    ----------
    http, store
        How to ask, and where answers are kept.
    dguids
        2021 geographies of one or more levels of ``FLOWS``, each once.
    pins
        Characteristics by key.
    say
        Told ``(what, batches done, batches in all)``.

    Raises
    ------
    SelectionError
        If a geography is of no known level, or named twice.
    SourceFileError
        If the code list disagrees with a pin.
    FetchError
        If the service fails, or answers something else than what was asked.
    """
    path, listing = store.fetch(
        http, CODE_LIST_URL, name="CL_CHARACTERISTIC", expect=Kind.XML, most_bytes=MOST_LIST_BYTES
    )
    numbers = resolve(pins.values(), read_code_list(path), "sdmx", CODE_LIST_URL)
    batches = plan(dguids, {number_: key for key, number_ in numbers.items()})
    rows: list[Row] = []
    absent: list[str] = []
    retrieved = [listing]
    for done, batch in enumerate(batches):
        if say is not None:
            say(FLOWS[batch.level], done, len(batches))
        found, answer = _answered(http, store, batch)
        answered = {row[2] for row in found}
        rows += found
        absent += [dguid for dguid in batch.dguids if dguid not in answered]
        retrieved.append(answer)
    return Profile(tuple(rows), tuple(absent), tuple(retrieved))


def _answered(http: Http, store: Store, batch: Batch) -> tuple[list[Row], Retrieved]:
    """Read the kept answer of a batch, else ask; a broken answer is asked again, once."""
    path, answer = _asked(http, store, batch, FRESH_SECONDS)
    try:
        return read_answer(path, batch), answer
    except FetchError:
        path, answer = _asked(http, store, batch, 0)
        return read_answer(path, batch), answer


def _asked(http: Http, store: Store, batch: Batch, fresh_seconds: float) -> tuple[Path, Retrieved]:
    return store.fetch(
        http,
        batch.url,
        name=f"{FLOWS[batch.level]} {batch.dguids[0]}",
        expect=Kind.CSV,
        most_bytes=MOST_ANSWER_BYTES,
        fresh_seconds=fresh_seconds,
    )


def read_code_list(path: Path) -> list[Listed]:
    """Read the characteristics of an SDMX-ML structure message, labels in English.

    Raises
    ------
    FetchError
        If it is not such a message: cut, with a document type, or without the list.
    """
    codes: dict[str, tuple[str, str]] = {}
    try:
        walk = etree.iterparse(
            path, events=("end",), resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
        )
        for _, element in walk:
            if etree.QName(element).localname != "Codelist":
                continue
            if element.getroottree().docinfo.internalDTD is not None:
                raise _other("un type de document (DOCTYPE)", "a document type (DOCTYPE)", CODE_LIST_URL)
            if element.get("id") == "CL_CHARACTERISTIC":
                codes.update(_codes(element))
            element.clear()
    except etree.XMLSyntaxError as failure:
        raise _other("du XML coupé ou mal formé", "cut or malformed XML", CODE_LIST_URL) from failure
    if not codes:
        raise _other("aucune caractéristique", "no characteristic", CODE_LIST_URL)
    return [Listed(id_, label, _ancestors(id_, codes)) for id_, (label, _) in codes.items()]


def _codes(codelist: etree._Element) -> Iterator[tuple[str, tuple[str, str]]]:
    for code in codelist:
        if not isinstance(code.tag, str) or etree.QName(code).localname != "Code":
            continue
        label = parent = ""
        for part in code:
            name = etree.QName(part).localname if isinstance(part.tag, str) else ""
            if name == "Name" and part.get(_XML_LANG, "en") == "en":
                label = part.text or ""
            elif name == "Parent":
                # SDMX 2.1 writes a reference, SDMX 3.0 the number itself.
                parent = next((str(child.get("id")) for child in part if child.get("id")), part.text or "")
        yield str(code.get("id", "")), (label, parent.strip())


def _ancestors(id_: str, codes: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    above: list[str] = []
    parent = codes[id_][1]
    while parent:
        if parent not in codes or len(above) == _DEEPEST:
            raise _other(
                f"une hiérarchie sans fin ou rompue à {id_}",
                f"an endless or broken hierarchy at {id_}",
                CODE_LIST_URL,
            )
        label, parent = codes[parent]
        above.append(label)
    return tuple(reversed(above))


def plan(dguids: Sequence[str], key_of: Mapping[str, str]) -> list[Batch]:
    """Part geographies into requests, by level, of a bounded number of areas and letters.

    Raises
    ------
    SelectionError
        If a geography is of no known level, or named twice.
    """
    by_level: dict[str, list[str]] = {}
    for dguid in dguids:
        level = level_of(dguid) or ""
        of_level = by_level.setdefault(level, [])
        if level not in FLOWS:
            raise _selection(
                "n'est pas une géographie de 2021 connue", "is no known geography of 2021", dguid
            )
        of_level.append(dguid)
    if len(set(dguids)) != len(dguids):
        raise _selection("est demandé deux fois", "is asked twice", max(dguids, key=list(dguids).count))
    batches = []
    for level, areas in by_level.items():
        room = MOST_URL_LETTERS - len(Batch(level, (), key_of).url)
        size = max(1, min(MOST_AREAS, room // (max(len(area) for area in areas) + 1)))
        batches += [
            Batch(level, tuple(areas[start : start + size]), key_of) for start in range(0, len(areas), size)
        ]
    return batches


def _selection(fr: str, en: str, dguid: str) -> SelectionError:
    shown = dguid[:40]
    return SelectionError(
        Text(f"« {shown} » {fr}", f"“{shown}” {en}"),
        where="DGUID",
        hint=Text("donnez des DGUID de 2021, chacun une fois", "give DGUIDs of 2021, each once"),
    )


@dataclass(slots=True)
class _Area:
    """What an answer says of one geography, gathered row by row."""

    quality: str
    tnr_sf: float | None
    tnr_lf: float | None
    cells: dict[tuple[str, str], tuple[float | None, str]]


def read_answer(path: Path, batch: Batch) -> list[Row]:
    """Read one answer and hold every row against what was asked.

    Returns
    -------
    list of tuple
        Rows in the order of ``COLUMNS``, for the geographies that were answered. A cell whose flag says
        that there is no value has none, whatever the service wrote in it.

    Raises
    ------
    FetchError
        If a column is missing, a row is cut, doubled, of another year, level, geography, gender or
        characteristic, has an unknown flag or an unreadable figure, or if counts are missing.
    """
    areas: dict[str, _Area] = {}
    asked = {dguid.replace("_", "."): dguid for dguid in batch.dguids}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for number_, row in _records(stream, batch):
                _take(row, number_, areas, asked, batch)
    except (csv.Error, UnicodeDecodeError) as failure:
        raise _other("une table CSV mal formée", "a malformed CSV table", batch.url) from failure
    return [row for dguid, area in areas.items() for row in _area_rows(dguid, area, batch)]


def _records(stream: Iterator[str], batch: Batch) -> Iterator[tuple[int, dict[str, str]]]:
    rows = csv.reader(stream, strict=True)
    header = next(rows, [])
    missing = [column for column in _COLUMNS_READ if column not in header]
    if missing:
        raise _other(
            f"une table sans la colonne {missing[0]}", f"a table without column {missing[0]}", batch.url
        )
    for number_, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise _row("est coupée", "is cut", number_, batch)
        yield number_, dict(zip(header, row, strict=True))


def _take(
    row: dict[str, str], number_: int, areas: dict[str, _Area], asked: Mapping[str, str], batch: Batch
) -> None:
    dguid = asked.get(row["REF_AREA"].replace("_", "."))
    _require_asked(row, dguid, number_, batch)
    if row["FLAG"] not in SYMBOL_OF_FLAG:
        raise _row("porte un indicateur inconnu", "bears an unknown flag", number_, batch)
    try:
        quality = quality_of(row["DATA_QUALITY_FLAG"])
        value, tnr_sf, tnr_lf = (number(row[name]) for name in ("OBS_VALUE", "TNR_SF", "TNR_LF"))
    except ValueError as failure:
        raise _row("porte un nombre illisible", "bears an unreadable number", number_, batch) from failure
    if value is not None and value < 0:
        raise _row("porte un compte négatif", "bears a negative count", number_, batch)
    area = areas.setdefault(str(dguid), _Area(quality, tnr_sf, tnr_lf, {}))
    cell = (batch.key_of[row["CHARACTERISTIC"]], row["STATISTIC"])
    if cell in area.cells:
        raise _row("est en double", "is doubled", number_, batch)
    symbol = SYMBOL_OF_FLAG[row["FLAG"]]
    area.cells[cell] = (None if symbol in NO_VALUE else value, row["FLAG"])


def _require_asked(row: dict[str, str], dguid: str | None, number_: int, batch: Batch) -> None:
    if dguid is None:
        raise _row("est d'un autre territoire", "is of another territory", number_, batch)
    if row["TIME_PERIOD"] != _YEAR or row["GENDER"] != "1":
        raise _row(
            "est d'une autre année ou d'un autre genre", "is of another year or gender", number_, batch
        )
    if row["CHARACTERISTIC"] not in batch.key_of or row["STATISTIC"] not in (_COUNTS, _RATES):
        raise _row(
            "est d'une caractéristique non demandée", "is of a characteristic not asked", number_, batch
        )
    expected = _GEO_LEVELS.get(batch.level)
    other_level = row["GEO_LEVEL"] != expected if expected else row["GEO_LEVEL"] in _GEO_LEVELS.values()
    bare_code = row["ALT_GEO_CODE"].replace("_", ".")
    if other_level or (bare_code and bare_code != code_of(dguid)):
        raise _row("est d'un autre niveau ou code", "is of another level or code", number_, batch)


def _area_rows(dguid: str, area: _Area, batch: Batch) -> Iterator[Row]:
    for key in batch.key_of.values():
        if (key, _COUNTS) not in area.cells:
            raise _other(
                f"une table incomplète, sans le compte « {key} » de {dguid}",
                f"an incomplete table, without the count “{key}” of {dguid}",
                batch.url,
            )
        count, flag = area.cells[key, _COUNTS]
        rate, _ = area.cells.get((key, _RATES), (None, ""))
        plain = dguid.replace("_", ".")
        yield (
            batch.level, code_of(dguid), plain, key, count, rate, flag, SYMBOL_OF_FLAG[flag], area.quality,
            area.tnr_sf, area.tnr_lf,
        )  # fmt: skip


def _row(fr: str, en: str, number_: int, batch: Batch) -> FetchError:
    return _other(f"une table dont la ligne {number_} {fr}", f"a table whose row {number_} {en}", batch.url)


def _other(fr: str, en: str, url: str) -> FetchError:
    shown = url if len(url) <= 160 else f"{url[:160]}…"
    return FetchError(
        Text(f"Le service du recensement a répondu {fr}", f"The census service answered {en}"),
        where=shown,
        hint=_TAKE_AGAIN,
    )
