"""Files of the costs command: points that are read, costs and what is known of them that are written."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from etl.readers import read_given
from geodata.access.costs import TravelCosts
from geodata.access.points import Points
from geodata.errors import ColumnError, OutputError, SourceFileError
from geodata.folders import unwritable, write_text
from geodata.package import file_sha256
from geodata.text import Text

POINT_COLUMNS: Final = ("id", "longitude", "latitude")
_POINT_SUFFIXES: Final = (".csv", ".parquet")
_ROWS_AT_ONCE: Final = 2_000_000
_SCHEMA: Final = pa.schema(
    [
        ("origin_id", pa.string()),
        ("destination_id", pa.string()),
        ("minutes", pa.float64()),
        ("km", pa.float64()),
    ]
)


@dataclass(frozen=True)
class Written:
    """What was written, and where.

    Attributes
    ----------
    path, facts_path
        The costs, and what is known of them.
    facts
        What ``facts_path`` holds.
    """

    path: Path
    facts_path: Path
    facts: dict[str, Any]


def read_points(path: Path) -> Points:
    """Read places from a file of ``id``, ``longitude`` and ``latitude`` (degrees); other columns are ignored.

    Raises
    ------
    SourceNotFoundError
        If it is not there.
    SourceFileError
        If it is neither CSV nor Parquet, damaged, or without a row.
    ColumnError
        If a column is missing.
    AccessError
        If an identifier is missing or occurs twice, or a place has no coordinates near Québec.
    """
    if path.suffix.lower() not in _POINT_SUFFIXES:
        raise SourceFileError(
            Text(
                "Ce fichier de lieux n'est ni CSV ni Parquet",
                "This file of places is neither CSV nor Parquet",
            ),
            where=path.name,
            hint=Text("donnez un fichier .csv ou .parquet", "give a .csv or .parquet file"),
        )
    frame = pd.DataFrame(read_given(path))
    missing = [name for name in POINT_COLUMNS if name not in frame.columns]
    if missing:
        raise ColumnError(
            Text(f"Colonnes absentes : {', '.join(missing)}", f"Missing columns: {', '.join(missing)}"),
            where=path.name,
            hint=Text(
                "donnez les colonnes id, longitude et latitude, en degrés",
                "give the columns id, longitude and latitude, in degrees",
            ),
        )
    if frame.empty:
        raise SourceFileError(
            Text("Ce fichier ne contient aucun lieu", "This file holds no place"),
            where=path.name,
            hint=Text("donnez au moins un lieu", "give at least one place"),
        )
    ids = frame["id"].where(frame["id"].isna(), frame["id"].astype(str))
    return Points.from_frame(frame.set_index(ids))


def require_output(out: Path) -> None:
    """Try the destination before any long work.

    Raises
    ------
    OutputError
        If it is not a ``.parquet`` or its folder cannot be written.
    """
    if out.suffix != ".parquet" or out.is_dir():
        raise OutputError(
            Text("Les temps s'écrivent dans un fichier .parquet", "Times are written to a .parquet file"),
            where=str(out),
            hint=Text("donnez --out temps.parquet", "give --out times.parquet"),
        )
    trial = _beside(out)
    try:
        trial.touch()
    except OSError as failure:
        raise _unwritable(out, failure) from failure
    finally:
        if trial.parent.is_dir():
            trial.unlink(missing_ok=True)


def partial_path(out: Path) -> Path:
    """Give where incomplete costs go: never in the place of whole ones."""
    return out.with_suffix(".partial.parquet")


def write_costs(costs: TravelCosts, out: Path, more: dict[str, Any] | None = None) -> Written:
    """Write costs beside their destination, then in place, with a JSON of what is known of them.

    Where some origins were not computed, both go to ``partial_path(out)``; whole costs take away what an
    earlier run left there.

    Parameters
    ----------
    costs
        What was computed.
    out
        A ``.parquet``; its JSON has the same name with ``.json``.
    more
        Entries to add to the JSON.

    Raises
    ------
    OutputError
        If the disk refuses; what was there stays.
    """
    partial = partial_path(out)
    path = partial if costs.facts.incomplete else out
    beside = _beside(path)
    try:
        counted = _write_rows(costs, beside)
        facts = {**_facts(costs, counted), **(more or {}), "sha256": file_sha256(beside)}
        beside.replace(path)
        write_text(path.with_suffix(".json"), json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
        if path == out:
            for stale in (partial, partial.with_suffix(".json")):
                stale.unlink(missing_ok=True)
    except OSError as failure:
        raise _unwritable(path, failure) from failure
    finally:
        beside.unlink(missing_ok=True)
    return Written(path, path.with_suffix(".json"), facts)


@dataclass(frozen=True, eq=False)
class _Counted:
    pairs: int
    by_origin: NDArray[np.int64]
    by_site: NDArray[np.int64]


def _write_rows(costs: TravelCosts, path: Path) -> _Counted:
    by_origin = np.zeros(len(costs.origins), np.int64)
    by_site = np.zeros(len(costs.sites), np.int64)
    with pq.ParquetWriter(path, _SCHEMA, compression="zstd") as writer:
        for table, rows, sites in _tables(costs):
            by_origin += np.bincount(rows, minlength=len(by_origin))
            by_site += np.bincount(sites, minlength=len(by_site))
            writer.write_table(table, row_group_size=_ROWS_AT_ONCE)
    return _Counted(int(by_origin.sum()), by_origin, by_site)


def _tables(costs: TravelCosts) -> Iterator[tuple[pa.Table, NDArray[np.int64], NDArray[np.int32]]]:
    origins, sites = (pa.array(ids.astype(str), pa.string()) for ids in (costs.origins, costs.sites))
    for block in costs.blocks():
        rows = block.first + block.rows_of_pairs()
        km = np.full(len(block.site), np.nan) if block.km is None else block.km
        columns = [
            origins.take(pa.array(rows)),
            sites.take(pa.array(block.site)),
            pa.array(block.minutes),
            pa.array(km, from_pandas=True),
        ]
        yield pa.Table.from_arrays(columns, schema=_SCHEMA), rows, block.site


def _facts(costs: TravelCosts, counted: _Counted) -> dict[str, Any]:
    facts = costs.facts
    unknown = set(facts.incomplete)
    unreachable = [str(i) for i in costs.origins[counted.by_origin == 0] if i not in unknown]
    return {
        "complete": not facts.incomplete,
        "engine": facts.engine.value,
        "mode": facts.mode.value if facts.mode else None,
        "network_id": facts.network_id,
        "cutoff_minutes": costs.cutoff_minutes,
        "doubt": facts.doubt,
        "said": facts.said.as_dict(),
        "approximations": [text.as_dict() for text in facts.approximations],
        "origins": len(costs.origins),
        "sites": len(costs.sites),
        "pairs": counted.pairs,
        "snapped": {"origins": _snapped(facts.origin_snap_m), "sites": _snapped(facts.site_snap_m)},
        "unreachable": unreachable,
        "unreached_sites": [str(i) for i in costs.sites[counted.by_site == 0]],
        "incomplete": [str(i) for i in facts.incomplete],
    }


def _snapped(metres: pd.Series | None) -> dict[str, Any] | None:
    """Sum up the distances to the network; null for an engine without one."""
    known = metres.dropna() if metres is not None else None
    if metres is None or known is None:
        return None
    middle, most = (round(float(known.quantile(q)), 1) if len(known) else None for q in (0.5, 1.0))
    return {"median_m": middle, "most_m": most, "unknown": int(metres.isna().sum())}


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}")


def _unwritable(path: Path, failure: OSError) -> OutputError:
    hint = Text(
        "choisissez un dossier où vous pouvez écrire ; ce qui s'y trouvait est intact",
        "choose a folder that you may write to; what was there is untouched",
    )
    return unwritable(path, failure, hint)
