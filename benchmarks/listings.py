"""Time and memory of importing a large listing, beside reading the same file with pandas alone.

``python -m benchmarks.listings [--rows 200000]`` makes a table of places drawn from the embedded package's
postal codes (six in ten with coordinates, three with a postal code, one with a town only, one row in fifty
with something wrong), imports it in a process of its own and prints what it took.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from geodata.model import Level
from geodata.package import EMBEDDED, open_package

HEADER = [
    "Identifiant", "Nom de l'organisme", "Adresse", "Ville", "Code postal", "Téléphone", "Courriel",
    "Site web", "Description", "Catégorie", "Latitude", "Longitude", "Date de mise à jour",
]  # fmt: skip
KINDS = ["Banque alimentaire", "Centre communautaire", "Maison de jeunes", "Bibliothèque", "Aide aux devoirs"]
STREETS = [
    "rue Saint-Denis",
    "boulevard Laurier",
    "avenue du Parc",
    "chemin Sainte-Foy",
    "rue Principale",
    "3e Avenue",
]
WORDS = [
    "accueil",
    "soutien",
    "entraide",
    "quartier",
    "famille",
    "aînés",
    "jeunes",
    "repas",
    "logement",
    "écoute",
    "groupe",
    "atelier",
]

IMPORT = (
    "import sys, json; from pathlib import Path; from etl.listings.importer import import_listing;"
    "r = import_listing(Path(sys.argv[1]), Path(sys.argv[2]), format='table');"
    "print(json.dumps({'read': r.read, 'loaded': r.loaded, 'quarantined': r.quarantined,"
    " 'placed': r.placed, 'flags': r.flags}))"
)
PANDAS = "import sys, pandas; print(len(pandas.read_csv(sys.argv[1], dtype=str)))"


def write_listing(path: Path, rows: int) -> None:
    chance = random.Random(2026)  # noqa: S311
    package = open_package(EMBEDDED)
    codes = package.postal_codes.sample(min(rows, 50_000), random_state=1).reset_index()
    towns = list(package.level(Level.MUNICIPALITY)["name_fr"])
    places = list(codes[["code", "longitude", "latitude"]].itertuples(index=False, name=None))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        for number in range(rows):
            writer.writerow(_row(number, chance, places, towns))


def _row(
    number: int, chance: random.Random, places: list[tuple[str, float, float]], towns: list[str]
) -> list[str]:
    code, longitude, latitude = chance.choice(places)
    kind, draw, wrong = chance.choice(KINDS), chance.random(), chance.random()
    coordinates = [f"{latitude:.5f}", f"{longitude:.5f}"] if draw < 0.6 else ["", ""]
    if wrong < 0.005:
        coordinates.reverse()
    return [
        str(number) if wrong > 0.01 else str(number // 2),
        "" if 0.01 < wrong < 0.015 else f"{kind} {chance.choice(WORDS)} {number}",
        f"{chance.randint(1, 9999)}, {chance.choice(STREETS)}",
        chance.choice(towns),
        (code if wrong > 0.015 else "123") if draw < 0.9 else "",
        f"{chance.choice([418, 514, 819])} 555-{number % 10_000:04d}",
        f"info{number}@exemple.org",
        f"https://exemple{number % 5000}.org",
        " ".join(chance.choices(WORDS, k=25)),
        kind,
        *coordinates,
        f"2026-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
    ]


def measured(code: str, *arguments: str) -> tuple[str, str]:
    """Run a program; give its output, and its seconds, processor seconds and peak memory."""
    before = time.perf_counter()
    wrapped = (
        code + ";import resource; u = resource.getrusage(resource.RUSAGE_SELF);"
        "print(u.ru_utime + u.ru_stime, u.ru_maxrss)"
    )
    command = [sys.executable, "-c", wrapped, *arguments]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    *output, last = ran.stdout.strip().splitlines()
    processor, kilobytes = (float(word) for word in last.split())
    seconds = time.perf_counter() - before
    return "\n".join(output), f"{seconds:.1f} s ({processor:.1f} s of processor), {kilobytes / 1024:.0f} MB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "listing.csv"
        write_listing(path, rows)
        print(f"{rows} rows, {path.stat().st_size / 1e6:.0f} MB")
        print("pandas.read_csv alone:", measured(PANDAS, str(path))[1])
        output, taken = measured(IMPORT, str(path), str(Path(folder) / "out"))
        print("proximite import:", taken)
        print(json.dumps(json.loads(output), indent=1))


if __name__ == "__main__":
    main()
