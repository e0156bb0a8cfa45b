"""Serve the measured page with the application that serves the dashboard."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from benchmarks.layers import LAYERS
from dashboard.server import build_app, run_config
from geodata.package import Package


def main() -> None:
    folder = Path(os.environ["PROXIMITE_BENCH_FOLDER"])
    geometry = {name: f"{name}.topojson" for name in LAYERS}
    package = Package(folder, {"geometry": geometry, "content_sha256": "0" * 64})
    build_app(lambda: package, script=Path(__file__).with_name("page.py")).run(
        config=run_config(int(sys.argv[1]))
    )


if __name__ == "__main__":
    main()
