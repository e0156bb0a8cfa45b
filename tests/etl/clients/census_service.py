"""The Census Profile web service, answering with the figures that a test gives."""

from __future__ import annotations

import csv
import io

from etl.clients.characteristics import read_pins
from etl.registry import SOURCES_FOLDER
from tests.etl.clients.profile_service import CODE_LIST_PATH, DATA_PATH, REST, SDMX_HEADER, Node, code_list
from tests.etl.services.server import Asked, Reply, Routes


def census_profile(source: str, figures: dict[str, dict[str, tuple[str, str, str]]]) -> Routes:
    """Serve the code list that a source pins, and ``(count, rate, flag)`` by code and key."""
    pins = read_pins(SOURCES_FOLDER / source / "characteristics.toml")
    ids, nodes = {}, []
    for number, pin in enumerate(pins.values(), start=9001):
        above = ""
        for depth, label in enumerate(pin.under):
            above = f"{number}{depth}"
            nodes.append(Node(above, label, depth, "", ""))
        ids[pin.ids.get("sdmx") or str(number)] = pin.key
        nodes.append(Node(pin.ids.get("sdmx") or str(number), pin.label, len(pin.under), above, pin.key))

    def answer(asked: Asked) -> Reply:
        flow, key = asked.path.removeprefix(f"{REST}data/STC_CP,").split("/")
        _, areas, gender, characteristics, statistics = key.split(".")
        out = io.StringIO()
        rows = csv.writer(out, lineterminator="\r\n")
        for area in areas.split("+"):
            for id_ in characteristics.split("+"):
                count, rate, flag = figures[area[9:]].get(ids[id_], ("", "", "1"))
                for statistic in statistics.split("+"):
                    value = count if statistic == "1" else rate
                    level = "4" if area.startswith("2021A0005") else "10"
                    rows.writerow([
                        f"STC_CP:{flow}(1.3)", "A5", "2021", area, gender, id_, statistic, value, "0", flag,
                        "1", "", "2022-02-09", level, area[9:], "7", "24", "00000", "4.6", "3.1", "", "",
                    ])  # fmt: skip
        body = f"{SDMX_HEADER}\r\n{out.getvalue()}".encode()
        return Reply(200, body, "application/vnd.sdmx.data+csv; charset=utf-8")

    codes = Reply(200, code_list(nodes), "application/vnd.sdmx.structure+xml;version=2.1")
    return {("GET", CODE_LIST_PATH): codes, ("GET", DATA_PATH): answer}
