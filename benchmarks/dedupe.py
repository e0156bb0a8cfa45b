"""Precision and recall of the search for duplicates, on pairs labelled by reading.

Usage: ``python -m benchmarks.dedupe --mirror DIR``. Half of the pairs served to choose the thresholds; the
figures are those of the other half, which was not looked at before.

The labelled pairs (``dedupe_pairs.csv``) were drawn among all the pairs that share a key, in strata of score
and of the two lists, so that hard ones are many. ``stands_for`` is the number of candidate pairs that each
stands for: the weighted figures estimate what would be found over all of them. ``same`` is the same facility
or organisation, under a new name or address too; another branch, another service in the same building and a
neighbour are ``different``. Eleven pairs that could not be told were left out.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.dedupe_sources import entries
from etl.listings.addresses import postal_code_of
from etl.listings.dedupe import AUTOMATIC, REVIEW, compare, complete
from etl.listings.names import rarity
from geodata.text import fold

PAIRS = Path(__file__).with_name("dedupe_pairs.csv")


@dataclass(frozen=True)
class Labelled:
    """A labelled pair, with both entries and the score of the comparison."""

    left: dict[str, Any]
    right: dict[str, Any]
    same: bool
    stands_for: float
    held_out: bool
    score: float
    why: str


def labelled(mirror: Path) -> list[Labelled]:
    """Read the labelled pairs and compare each."""
    rows = complete(entries(mirror))
    by_id = {str(row["id"]): row for row in rows.to_dict("records")}
    weights = rarity(rows["name"])
    found = []
    with PAIRS.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            left, right = by_id[row["left"]], by_id[row["right"]]
            digest = hashlib.sha256(f"{row['left']}|{row['right']}".encode()).digest()
            score = compare(left, right, weights).score
            found.append(
                Labelled(left, right, row["label"] == "same", float(row["stands_for"]), digest[0] % 2 == 1,
                         score, row["why"])
            )  # fmt: skip
    return found


def figures(pairs: Iterable[Labelled], said: Callable[[Labelled], bool]) -> dict[str, float]:
    """Give precision and recall, on the pairs and weighted by what each stands for."""
    rows = list(pairs)
    result: dict[str, float] = {"pairs": len(rows), "same": sum(p.same for p in rows)}
    for name, weigh in (("", lambda _p: 1.0), ("weighted_", lambda p: p.stands_for)):
        hit = sum(weigh(p) for p in rows if said(p) and p.same)
        result[f"{name}precision"] = hit / max(1e-9, sum(weigh(p) for p in rows if said(p)))
        result[f"{name}recall"] = hit / max(1e-9, sum(weigh(p) for p in rows if p.same))
    return result


def naive(pair: Labelled) -> bool:
    """Say what a spreadsheet would: the same folded name and the same first half of the postal code."""
    codes = [postal_code_of(str(entry["postal_code"]))[:3] for entry in (pair.left, pair.right)]
    return fold(pair.left["name"]) == fold(pair.right["name"]) and codes[0] == codes[1] != ""


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--half", choices=["held-out", "tuning"], default="held-out")
    arguments = parser.parse_args()
    half = [p for p in labelled(arguments.mirror) if p.held_out == (arguments.half == "held-out")]
    for name, said in (
        ("exact name and FSA", naive),
        (f"automatic, score >= {AUTOMATIC}", lambda p: p.score >= AUTOMATIC),
        (f"automatic or asked, score >= {REVIEW}", lambda p: p.score >= REVIEW),
    ):
        parts = ", ".join(f"{key} {value:.3f}" for key, value in figures(half, said).items())
        print(f"{name}: {parts}")
    for pair in sorted(half, key=lambda p: -p.score):
        wrong = (pair.score >= AUTOMATIC and not pair.same) or (pair.score < REVIEW and pair.same)
        if wrong:
            print(f"  {pair.score:.2f} {pair.left['id']} {pair.right['id']} ({pair.why})")


if __name__ == "__main__":
    main()
