"""Measure a repaint of the map beside ``folium.Choropleth``, on the same shapes, in one run of a browser.

Run ``python -m benchmarks.repaint``; it writes ``docs/performance.md``.
"""

from __future__ import annotations

import argparse
import gzip
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Frame, Page, sync_playwright

from benchmarks.layers import CELLS, GENERATED, LAYERS, MUNICIPALITY, write
from geodata.model import Level
from geodata.package import EMBEDDED, open_package
from tests.e2e.browser import ARGUMENTS

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = Path(__file__).with_name("report.md")
REPORT = ROOT / "docs" / "performance.md"
REPEATS = {"ours": 7, "folium": 3}
START_SECONDS = 60
PATIENCE_MS = 120_000
TARGET_SERVER_MS, TARGET_WIRE_KB, TARGET_SECONDS, TARGET_GEOMETRY_KB = 50, 30, 0.5, 1000

# Runs in the frame of the map, from when it is there to two frames after it is painted.
PAINTED = "(painted) => Number(document.documentElement?.dataset.painted || 0) > painted"
BUILT = "(count) => window.map && Object.keys(window.map._layers).length > count"
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass(frozen=True)
class Measure:
    """One way of drawing one layer; medians over the repaints."""

    way: str
    layer: str
    shapes: int
    server_ms: float
    wire_kb: float
    seconds: float
    zoom_kept: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, default=EMBEDDED)
    parser.add_argument("--report", type=Path, default=REPORT)
    arguments = parser.parse_args()
    package = open_package(arguments.package)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = write(folder, package)
        sizes = {
            layer: len(gzip.compress((folder / "geometry" / files[layer]).read_bytes(), 9))
            for layer in LAYERS
        }
        finest = {
            level: len(gzip.compress((package.path / "geometry" / file).read_bytes(), 9))
            for level, file in package.manifest["geometry"].items()
        }
        counts = {GENERATED: CELLS, MUNICIPALITY: len(package.level(Level.MUNICIPALITY))}
        with serving(folder) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
            measures = [
                measure(browser, address, way, layer, counts[layer])
                for layer in LAYERS
                for way in ("ours", "folium")
            ]
            version = browser.version
            browser.close()
    # What other measures wrote below their own headings stays.
    below = arguments.report.read_text("utf-8").partition("\n## ") if arguments.report.exists() else ("",) * 3
    arguments.report.write_text(report(measures, sizes, finest, version) + below[1] + below[2], "utf-8")
    sys.stdout.write(table(measures) + "\n")


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PROXIMITE_BENCH_FOLDER": str(folder), "PYTHONPATH": str(ROOT)}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.serve", str(port)],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the measured server did not start")


def measure(browser: Browser, address: str, way: str, layer: str, shapes: int) -> Measure:
    """Open the page, come nearer, then change the values a few times."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(PATIENCE_MS)
    frames: list[int] = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda payload: frames.append(len(payload))))
    page.goto(f"{address}/?way={way}&layer={layer}")
    map_frame = wait_until_drawn(page, way, shapes, 0, None)
    server, wire, seconds, kept = [], [], [], []
    for turn in range(1, REPEATS[way] + 1):
        map_frame.evaluate("() => { window.map.setView([46.5, -72.5], 9, { animate: false }); }")
        map_frame.evaluate(TWO_FRAMES)
        painted = int(map_frame.evaluate("() => Number(document.documentElement.dataset.painted || 0)"))
        frames.clear()
        start = time.perf_counter()
        page.get_by_text("repaint").click()
        map_frame = wait_until_drawn(page, way, shapes, painted, map_frame)
        seconds.append(time.perf_counter() - start)
        step = page.locator(f'.step[data-turn="{turn}"]')
        step.wait_for(state="attached")
        server.append(float(step.get_attribute("data-ms") or "nan"))
        wire.append(sum(frames) / 1000)
        kept.append(map_frame.evaluate("() => window.map.getZoom()") == 9)
    page.close()
    middle = statistics.median
    found = Measure(way, layer, shapes, middle(server), middle(wire), middle(seconds), all(kept))
    sys.stderr.write(f"{found}\n")
    return found


def wait_until_drawn(page: Page, way: str, shapes: int, painted: int, former: Frame | None) -> Frame:
    """Wait for the colours of this turn: in the same frame for us, in a new one for folium."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < end:
        for frame in page.frames:
            if "streamlit_folium" not in frame.url or (way == "folium" and frame is former):
                continue
            done = frame.evaluate(PAINTED, painted) if way == "ours" else frame.evaluate(BUILT, shapes)
            if done:
                frame.evaluate(TWO_FRAMES)
                return frame
        page.wait_for_timeout(10)
    raise SystemExit(f"{way}: the map was not drawn in {PATIENCE_MS / 1000:.0f} s")


def table(measures: list[Measure]) -> str:
    names = {GENERATED: "cellules générées / generated cells", MUNICIPALITY: "municipalités / municipalities"}
    ways = {"ours": "Proximité", "folium": "`folium.Choropleth`"}
    lines = [
        "| Couche / layer | Formes / shapes | Dessin / drawing | Serveur / server (ms) | "
        "Réseau / wire (kB) | Recolorer / recolour (s) | Zoom |",
        "|---|---:|---|---:|---:|---:|---|",
    ]
    lines += [
        f"| {names[m.layer]} | {m.shapes:,} | {ways[m.way]} | {m.server_ms:,.0f} | {m.wire_kb:,.1f} | "
        f"{m.seconds:.2f} | {'gardé / kept' if m.zoom_kept else 'perdu / lost'} |"
        for m in measures
    ]
    return "\n".join(lines)


def report(measures: list[Measure], sizes: dict[str, int], finest: dict[str, int], chromium: str) -> str:
    ours = [m for m in measures if m.way == "ours"]
    heaviest = max(finest, key=lambda level: finest[level])
    largest = max(finest[heaviest], *sizes.values()) / 1000
    targets = [
        ("Étape du serveur / server step", max(m.server_ms for m in ours), TARGET_SERVER_MS, "ms"),
        (
            "Un repeint sur le réseau / a repaint on the wire",
            max(m.wire_kb for m in ours),
            TARGET_WIRE_KB,
            "kB",
        ),
        ("Recolorer / recolour", max(m.seconds for m in ours), TARGET_SECONDS, "s"),
        ("Géométrie compressée / packed geometry", largest, TARGET_GEOMETRY_KB, "kB"),
    ]
    answer = {True: "oui / yes", False: "NON / NO"}
    rows = [
        f"| {name} | {found:,.2f} {unit} | {target:,} {unit} | {answer[found <= target]} |"
        for name, found, target, unit in targets
    ]
    return TEMPLATE.read_text("utf-8").format(
        ours=REPEATS["ours"],
        folium=REPEATS["folium"],
        cells=f"{CELLS:,}",
        table=table(measures),
        targets="\n".join(rows),
        heaviest=heaviest,
        heaviest_kb=f"{finest[heaviest] / 1000:,.0f}",
        generated_kb=f"{sizes[GENERATED] / 1000:,.0f}",
        cores=os.cpu_count(),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        chromium=chromium,
    )


if __name__ == "__main__":
    main()
