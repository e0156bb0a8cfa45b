"""Write the case studies: figures, pictures, scenario and text, all from the program and the embedded data.

``--layer`` is the road layer of Ville de Québec (« voie publique »), as its open data portal gives it.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
from datetime import date
from pathlib import Path
from typing import Final

from benchmarks import case_antoine_labelle, case_montreal, case_quebec
from benchmarks.case_drawing import write_png
from benchmarks.case_writing import TEMPLATE, filled
from etl.networks.reading import About
from etl.networks.shelf import add_network, open_network
from geodata.networks.graph import RoadGraph
from geodata.package import EMBEDDED, open_package

DOCS: Final = Path(__file__).resolve().parents[1] / "docs"
ABOUT: Final = About("Ville de Québec, voie publique", "Ville de Québec", "CC BY 4.0", "2022-2026")
TODAY: Final = date(2026, 11, 23)
"""Day of the studies: the age of listings is counted to it."""


def main() -> None:
    """Write everything under ``docs``."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--layer", type=Path, required=True)
    layer: Path = asked.parse_args().layer
    logging.getLogger("streamlit").setLevel(logging.ERROR)
    package = open_package(EMBEDDED)
    with tempfile.TemporaryDirectory() as home:
        kept = add_network(layer, ABOUT, home=Path(home))
        graph = open_network(kept.facts.id, Path(home))
    assert isinstance(graph, RoadGraph)
    quebec, first = case_quebec.study(package, graph)
    montreal, second = case_montreal.study(package, TODAY)
    rural, third, scenarios = case_antoine_labelle.study(package)
    text = filled(TEMPLATE.read_text("utf-8"), q=quebec, m=montreal, r=rural)
    for name, svg in {**first, **second, **third}.items():
        write_png(svg, DOCS / "img" / name)
    for name, scenario in scenarios.items():
        (DOCS / "exemples" / name).write_text(scenario, "utf-8")
    (DOCS / "etudes-acces.md").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
