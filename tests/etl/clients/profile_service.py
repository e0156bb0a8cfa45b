"""A generated census profile, in the recorded shapes of the web service and of the bulk file.

The figures are invented for the tests; the columns, flags, keys and layouts are those that were recorded.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from etl.clients.characteristics import Pin, read_pins
from etl.clients.characteristics import Service as ProfileService
from etl.clients.profile_table import FLAG_OF_SYMBOL, code_of, level_of
from etl.sources.statcan_profile_2021.transform import PINS_FILE
from tests.etl.services.server import Asked, Reply

REST = "/api.statcan.gc.ca/census-recensement/profile/sdmx/rest/"
CODE_LIST_PATH = f"{REST}codelist/STC_CP/CL_CHARACTERISTIC/latest"
DATA_PATH = f"{REST}data/*"
BULK_PATH = (
    "/www12.statcan.gc.ca/census-recensement/2021/dp-pd/prof/details/download-telecharger/comp/GetFile.cfm"
)
SDMX_HEADER = (
    "DATAFLOW,FREQ,TIME_PERIOD,REF_AREA,GENDER,CHARACTERISTIC,STATISTIC,OBS_VALUE,DECIMALS,FLAG,TOPIC,NOTE,"
    "RELEASE_DATE,GEO_LEVEL,ALT_GEO_CODE,GEO_DESC,PROV_TERR,DATA_QUALITY_FLAG,TNR_LF,TNR_SF,CI_LOW,CI_HIGH"
)
BULK_HEADER = (
    "CENSUS_YEAR,DGUID,ALT_GEO_CODE,GEO_LEVEL,GEO_NAME,TNR_SF,TNR_LF,DATA_QUALITY_FLAG,CHARACTERISTIC_ID,"
    "CHARACTERISTIC_NAME,CHARACTERISTIC_NOTE,C1_COUNT_TOTAL,SYMBOL,C2_COUNT_MEN+,SYMBOL,C3_COUNT_WOMEN+,SYMBOL,"
    "C10_RATE_TOTAL,SYMBOL,C11_RATE_MEN+,SYMBOL,C12_RATE_WOMEN+,SYMBOL"
)
GEO_LEVELS = {"da": "13", "ct": "12", "municipality": "4", "cd": "10", "province": "2", "country": "1"}
GEO_NAMES = {
    "da": "Dissemination area", "municipality": "Census subdivision", "cd": "Census division",
    "province": "Province", "country": "Country",
}  # fmt: skip


@dataclass(frozen=True)
class Node:
    """One line of a list of characteristics; ``key`` is ours where it is pinned."""

    id: str
    label: str
    depth: int
    parent: str
    key: str


@cache
def pins() -> dict[str, Pin]:
    """Give the pins of the source."""
    return read_pins(PINS_FILE)


@cache
def nodes(service: ProfileService) -> list[Node]:
    """Lay out every pinned characteristic and what is above it, under the numbers of a service.

    A number that is not pinned gets one from 9001 on. Two lines that nobody wants bear the words of a
    wanted one: "Movers" and "French" are found by what is above them.
    """
    of_path = {(*pin.under, pin.label): pin for pin in pins().values()}
    wanted = [("Population, 2021",), *of_path, ("Total - Language spoken at home - 100% data", "French")]
    paths = list(dict.fromkeys(path[:depth] for path in wanted for depth in range(1, len(path) + 1)))
    ordered = sorted(paths, key=lambda path: [paths.index(path[:depth]) for depth in range(1, len(path) + 1)])
    ids: dict[tuple[str, ...], str] = {}
    for path in ordered:
        pin = of_path.get(path)
        ids[path] = (pin.ids.get(service) if pin else None) or str(9001 + len(ids))
    return [
        Node(
            ids[path],
            path[-1],
            len(path) - 1,
            ids.get(path[:-1], ""),
            of_path[path].key if path in of_path else "",
        )
        for path in ordered
    ]


def code_list(lines: Sequence[Node], *, doctype: str = "") -> bytes:
    """Write the structure message of ``CL_CHARACTERISTIC``, SDMX-ML 2.1."""
    codes = "".join(
        f'<str:Code id="{node.id}"><com:Name xml:lang="en">{escape(node.label)}</com:Name>'
        f'<com:Name xml:lang="fr">(fr) {escape(node.label)}</com:Name>'
        + (f'<str:Parent><Ref id="{node.parent}"/></str:Parent>' if node.parent else "")
        + "</str:Code>"
        for node in lines
    )
    spaces = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<mes:Structure xmlns:mes="{spaces}/message"'
        f' xmlns:str="{spaces}/structure" xmlns:com="{spaces}/common"><mes:Structures><str:Codelists>'
        '<str:Codelist id="CL_GENDER"><str:Code id="1"><com:Name xml:lang="en">Total</com:Name></str:Code>'
        f'</str:Codelist><str:Codelist id="CL_CHARACTERISTIC">{codes}</str:Codelist>'
        "</str:Codelists></mes:Structures></mes:Structure>"
    ).encode()


Cell = tuple[str, str]
"""A count as written and its symbol."""

Figures = Callable[[str, str], Cell]
"""Gives the cell of a geography and a key of ours."""


def some_figures(dguid: str, key: str) -> Cell:
    """Give a multiple of 5 that depends on both names, the totals above their parts."""
    rank = list(pins()).index(key)
    size = int(code_of(dguid).replace(".", "")) % 7
    return (
        str(400 + 5 * size) if "total" in key or key in ("families", "persons") else str(5 * (rank % 9)),
        "",
    )


def code_list_reply(lines: Sequence[Node] | None = None) -> Reply:
    """Answer the code list as the service does."""
    return Reply(200, code_list(lines or nodes("sdmx")), "application/vnd.sdmx.structure+xml;version=2.1")


def sdmx_reply(
    figures: Figures = some_figures, quality: Mapping[str, str] | None = None, absent: Sequence[str] = ()
) -> Callable[[Asked], Reply]:
    """Answer a data request: every geography, characteristic and statistic of its key."""
    key_of = {node.id: node.key for node in nodes("sdmx")}

    def answer(asked: Asked) -> Reply:
        flow, key = asked.path.removeprefix(f"{REST}data/STC_CP,").split("/")
        _, areas, gender, ids, statistics = key.split(".")
        out = io.StringIO()
        rows = csv.writer(out, lineterminator="\r\n")
        for area in areas.split("+"):
            dguid = area.replace("_", ".")
            for id_ in ids.split("+") if dguid not in absent else ():
                count, symbol = figures(dguid, key_of[id_])
                for statistic in statistics.split("+"):
                    rows.writerow([
                        f"STC_CP:{flow}(1.3)", "A5", "2021", area, gender, id_, statistic,
                        count if statistic == "1" else "", "0", FLAG_OF_SYMBOL[symbol], "5", "", "2022-07-13",
                        GEO_LEVELS[str(level_of(dguid))], code_of(dguid), "7", "24",
                        (quality or {}).get(dguid, "00000"), "4.6", "3.1", "", "",
                    ])  # fmt: skip
        body = f"{SDMX_HEADER}\r\n{out.getvalue()}".encode()
        return Reply(200, body, "application/vnd.sdmx.data+csv; charset=utf-8", {"Cache-Control": "no-store"})

    return answer


def bulk_lines(
    dguids: Sequence[str],
    figures: Figures = some_figures,
    quality: Mapping[str, str] | None = None,
    lines: Sequence[Node] | None = None,
) -> list[str]:
    """Write the rows of the bulk file, geography after geography, names indented by two blanks a level."""
    written = [BULK_HEADER]
    for dguid in dguids:
        level = str(level_of(dguid))
        flag = (quality or {}).get(dguid, "00000")
        for node in lines or nodes("bulk"):
            count, symbol = figures(dguid, node.key) if node.key else ("5", "")
            name, code = ("  " * node.depth + node.label).replace('"', '""'), code_of(dguid)
            written.append(
                f'2021,"{dguid}","{code}","{GEO_NAMES[level]}","Montréal, {code}",3.1,4.6,'
                f'"{flag}",{node.id},"{name}",,{count},"{symbol}",,"...",,"...",,"...",,"...",,"..."'
            )
    return written


def bulk_zip(path: Path, lines: Sequence[str], *, index: bool = True, first_line: int = 2) -> Path:
    """Zip the rows as the publisher does, with the line at which each geography starts."""
    starts: dict[str, int] = {}
    for number, line in enumerate(lines[1:], start=first_line):
        starts.setdefault(line.split(",")[1].strip('"'), number)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("98-401-X2021006_English_meta.txt", "meta")
        if index:
            rows = "".join(f'"{dguid}","{code_of(dguid)}",{start}\r\n' for dguid, start in starts.items())
            archive.writestr(
                "98-401-X2021006_Geo_starting_row_Quebec.CSV", f"Geo Code,Geo Name,Line Number\r\n{rows}"
            )
        archive.writestr(
            "98-401-X2021006_English_CSV_data_Quebec.csv", ("\r\n".join(lines) + "\r\n").encode("latin-1")
        )
    return path
