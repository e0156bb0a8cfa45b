"""Apply the approved corrections to places, and keep what they were so that each can be undone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from etl.listings.corrections import FILE, apply
from etl.listings.review import append_line, read_lines

ORIGINALS: Final = "corrected.jsonl"
"""One line a row of a source as it was before any correction, with the hashes of its files."""


def corrected(
    rows: pd.DataFrame, source_id: str, hashes: Mapping[str, str], home: Path | None
) -> pd.DataFrame:
    """Give the places of a source with the corrections that stand now.

    Parameters
    ----------
    rows
        ``Tables.places``, from the files of the source or from a package that was corrected before.
    source_id, hashes
        The source, and the hashes of its files: what was kept of other files says nothing of these.
    home
        The data folder; null where there is none.
    """
    if home is None or not (home / FILE).is_file():
        return rows
    kept = _originals(home, source_id, hashes)
    before = rows
    if kept:
        known = pd.DataFrame(kept).reindex(columns=rows.columns)
        others = rows[~rows["place_id"].isin(known["place_id"])]
        before = pd.concat([others, known], ignore_index=True).astype(rows.dtypes.to_dict())
    after = apply(before, home)
    touched = _touched(before, after) - {str(row["place_id"]) for row in kept}
    for row in before[before["place_id"].isin(touched)].to_dict("records"):
        plain = {str(name): _plain(value) for name, value in row.items()}
        append_line(home / ORIGINALS, {"source": source_id, "files": dict(hashes), "row": plain})
    return after.reset_index(drop=True)


def _originals(home: Path, source_id: str, hashes: Mapping[str, str]) -> list[dict[str, Any]]:
    lines = [line for line in read_lines(home / ORIGINALS) if line.get("source") == source_id]
    rows = [line.get("row") for line in lines if line.get("files") == dict(hashes)]
    return [row for row in rows if isinstance(row, dict)]


def _touched(before: pd.DataFrame, after: pd.DataFrame) -> set[str]:
    """Name the places that corrections removed or rewrote."""

    def said(rows: pd.DataFrame) -> pd.Series:
        ordered = rows.assign(category=rows["category"].astype(str)).sort_values(["place_id", "category"])
        text = ordered.astype(object).map(lambda value: json.dumps(_plain(value), ensure_ascii=False))
        joined: pd.Series = text.agg(" ".join, axis=1).groupby(ordered["place_id"]).agg("\n".join)
        return joined

    was, now = said(before), said(after)
    return set(was.index[(was != now.reindex(was.index)).to_numpy(dtype=bool)])


def _plain(value: Any) -> Any:
    """Give a cell as JSON holds it."""
    if isinstance(value, list | tuple | np.ndarray):
        return [str(part) for part in value]
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value
