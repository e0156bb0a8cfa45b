"""How long the portrait of a territory takes, from the package to the tagged PDF; ``--out`` keeps them."""

from __future__ import annotations

import argparse
import io
import logging
import time
from pathlib import Path
from typing import Final

from pypdf import PdfReader

from dashboard.comparison import Against
from dashboard.exports.portrait_pdf import portrait_pdf
from geodata.package import EMBEDDED, open_package
from geodata.text import Language, slug

TERRITORIES: Final = (
    "mrc:85",
    "table-mtl:table-de-quartier-hochelaga-maisonneuve",
    "clsc:17011",
    "municipality:2466023",
)
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")
TARGET_S: Final = 3.0


def main() -> None:
    """Print the time of each portrait; the first also loads what a PDF needs."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--out", type=Path, help="folder where the files are kept")
    out: Path | None = asked.parse_args().out
    logging.getLogger("streamlit").setLevel(logging.ERROR)
    package = open_package(EMBEDDED)
    print(f"{'portrait':<58}{'pages':>6}{'kB':>7}{'s':>7}{'CPU s':>7}")
    for territory in TERRITORIES:
        for language in LANGUAGES:
            start, worked = time.perf_counter(), time.process_time()
            pdf = portrait_pdf(package, territory, Against.QUEBEC, language)
            spent, cost = time.perf_counter() - start, time.process_time() - worked
            pages = len(PdfReader(io.BytesIO(pdf)).pages)
            said = "" if spent < TARGET_S else f"  above {TARGET_S:.0f} s"
            named = f"{territory} {language}"
            if out is not None:
                out.mkdir(parents=True, exist_ok=True)
                (out / f"portrait-{slug(territory)}-{language}.pdf").write_bytes(pdf)
            print(f"{named:<58}{pages:>6}{len(pdf) // 1000:>7}{spent:>7.2f}{cost:>7.2f}{said}")


if __name__ == "__main__":
    main()
