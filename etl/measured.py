"""What the files of a source held, in a few numbers: enough to tell the next ones apart from them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

import numpy as np
import pandas as pd

from etl.registry import FileDeclaration
from geodata.package import PROFILES, Package, unreadable

MOST_KEYS: Final = 20_000
"""A file with more rows keeps no list of its identifiers."""

FEWEST_FOR_SHAPE: Final = 200
"""Under this number of values, tenths say nothing of a distribution."""

_DIGITS: Final = 7


@dataclass(frozen=True)
class ColumnMeasure:
    """One column.

    Attributes
    ----------
    missing_pct
        Share of empty cells, in percent.
    total, absolute
        Sum of the values and of their absolute values; null for codes and texts.
    edges, shares
        Tenths of the values (without the two ends) and the share of values in each bin that they make,
        0 to 1; empty under ``FEWEST_FOR_SHAPE`` values.
    """

    missing_pct: float
    total: float | None = None
    absolute: float | None = None
    edges: tuple[float, ...] = ()
    shares: tuple[float, ...] = ()

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Self:
        """Read what ``FileMeasure.as_json`` wrote of one column."""
        return cls(
            raw["missing_pct"],
            raw.get("total"),
            raw.get("absolute"),
            tuple(raw.get("edges", ())),
            tuple(raw.get("shares", ())),
        )


@dataclass(frozen=True)
class FileMeasure:
    """One file: its rows, its columns as published, and its declared columns measured."""

    rows: int
    published: tuple[str, ...]
    columns: dict[str, ColumnMeasure] = field(default_factory=dict)
    keys: frozenset[str] | None = None

    def as_json(self) -> str:
        """Write everything but the keys."""
        raw = {
            "rows": self.rows,
            "published": list(self.published),
            "columns": {name: _compact(measure) for name, measure in self.columns.items()},
        }
        return json.dumps(raw, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str, keys: frozenset[str] | None) -> Self:
        """Read what ``as_json`` wrote."""
        raw = json.loads(text)
        columns = {name: ColumnMeasure.from_dict(column) for name, column in raw["columns"].items()}
        return cls(raw["rows"], tuple(raw["published"]), columns, keys)


def _compact(measure: ColumnMeasure) -> dict[str, Any]:
    return {name: value for name, value in asdict(measure).items() if value not in (None, ())}


Measures = dict[str, FileMeasure]
"""The files of a source by name."""


def measure_file(
    declared: FileDeclaration, frame: pd.DataFrame, published: list[str], keyed: bool
) -> FileMeasure:
    """Measure one file as the door gave it.

    Parameters
    ----------
    declared
        Its declaration.
    frame
        The declared columns with their types.
    published
        Every column of the file.
    keyed
        Whether its identifiers are kept; never where some name an address that protects someone.
    """
    columns = {
        name: measure_column(frame[name], numeric=kind in ("number", "count", "flag"))
        for name, kind in declared.columns.items()
    }
    keys = None
    if keyed and declared.key and len(frame) <= MOST_KEYS:
        parts = frame[declared.key].astype(str)
        keys = frozenset(parts.agg("|".join, axis=1) if len(declared.key) > 1 else parts.iloc[:, 0])
    return FileMeasure(len(frame), tuple(published), columns, keys)


def measure_column(cells: pd.Series, *, numeric: bool) -> ColumnMeasure:
    """Measure one column; a flag counts its yeses."""
    missing_pct = _rounded(float(cells.isna().mean() * 100))
    if not numeric:
        return ColumnMeasure(missing_pct)
    values = cells.dropna().to_numpy(dtype=float)
    total, absolute = _rounded(float(values.sum())), _rounded(float(np.abs(values).sum()))
    if len(values) < FEWEST_FOR_SHAPE or cells.dtype == bool:
        return ColumnMeasure(missing_pct, total, absolute)
    tenths = np.quantile(values, np.linspace(0.1, 0.9, 9))
    edges = tuple(dict.fromkeys(_rounded(float(edge)) for edge in tenths))
    return ColumnMeasure(missing_pct, total, absolute, edges, shares_between(values, edges))


def shares_between(values: np.ndarray, edges: tuple[float, ...]) -> tuple[float, ...]:
    """Give the share of the values in each bin: up to the first edge, …, above the last."""
    counts = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
    return tuple(round(float(count) / len(values), 5) for count in counts)


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def profile_table(measured: dict[str, Measures]) -> pd.DataFrame:
    """Write the measures of every source as the table that a package keeps.

    Returns
    -------
    pandas.DataFrame
        ``source_id, file, measured`` (JSON text), ``keys`` (one identifier a line, or null).
    """
    rows = [
        (
            source_id,
            name,
            measure.as_json(),
            None if measure.keys is None else "\n".join(sorted(measure.keys)),
        )
        for source_id in sorted(measured)
        for name, measure in measured[source_id].items()
    ]
    return pd.DataFrame(rows, columns=["source_id", "file", "measured", "keys"], dtype=object)


def measures_of(package: Package) -> dict[str, Measures]:
    """Give the measures that a package keeps; none in a package written before they were.

    Raises
    ------
    PackageError
        If the table is there and cannot be read.
    """
    if not (package.path / PROFILES).is_file():
        return {}
    found: dict[str, Measures] = {}
    try:
        table = pd.read_parquet(package.path / PROFILES)
        for source_id, name, text, keys in table.itertuples(index=False):
            listed = None if keys is None or pd.isna(keys) else frozenset(str(keys).split("\n"))
            found.setdefault(str(source_id), {})[str(name)] = FileMeasure.from_json(str(text), listed)
    except (OSError, ValueError, KeyError, TypeError) as failure:
        raise unreadable(package.path / PROFILES) from failure
    return found
