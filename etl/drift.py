"""Compare new files of a source with the last accepted ones; a difference is a result with a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import pandas as pd
from pyproj import Geod

from etl.measured import FEWEST_FOR_SHAPE, ColumnMeasure, FileMeasure, Measures, shares_between
from etl.registry import DriftDeclaration
from geodata.text import Text

_NAMED: Final = 5
"""How many gone, new or moved things a sentence names."""

_LEAST: Final = 1e-4
"""Least share of a bin, so that an empty one leaves the stability index finite."""


class Verdict(StrEnum):
    """What a difference asks for."""

    OK = "ok"
    ATTENTION = "attention"
    REFUSAL = "refus"


_ORDER: Final = list(Verdict)


@dataclass(frozen=True)
class Drift:
    """One difference between two states of a source.

    Parameters
    ----------
    kind
        ``rows columns missing total shift ids places renamed moved``.
    detail
        What changed, in words.
    before, after
        The compared numbers, in the unit that ``detail`` says.
    """

    kind: str
    verdict: Verdict
    detail: Text
    before: float | None = None
    after: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Write the form that ``--json`` prints."""
        return {
            "kind": self.kind,
            "verdict": self.verdict.value,
            "detail": self.detail.as_dict(),
            "before": self.before,
            "after": self.after,
        }


def worst(drifts: Iterable[Drift]) -> Verdict:
    """Give the most severe verdict; ``ok`` where nothing differs."""
    return max((drift.verdict for drift in drifts), key=_ORDER.index, default=Verdict.OK)


def compare(
    before: Measures, after: Measures, frames: Mapping[str, pd.DataFrame], limits: DriftDeclaration
) -> list[Drift]:
    """Compare the files of a source with the former ones, file by file and column by column.

    Parameters
    ----------
    before, after
        Former and new measures, by file.
    frames
        The new files themselves, by name.
    limits
        What the source declares to be much.
    """
    drifts: list[Drift] = []
    for name, measure in after.items():
        if name in before:
            drifts.extend(_of_file(name, before[name], measure, frames[name], limits))
    return drifts


def _of_file(
    name: str, before: FileMeasure, after: FileMeasure, frame: pd.DataFrame, limits: DriftDeclaration
) -> Iterator[Drift]:
    yield from _rows(name, before.rows, after.rows, limits)
    yield from _columns(name, before.published, after.published)
    for column, measure in after.columns.items():
        if column in before.columns:
            former = before.columns[column]
            yield from _missing(f"{name}.{column}", former, measure, limits)
            yield from _total(f"{name}.{column}", former, measure, limits)
            if former.edges:
                yield from _shift(f"{name}.{column}", former, frame[column], limits)
    if before.keys is not None and after.keys is not None:
        yield from identifiers(name, before.keys, after.keys, limits, kind="ids")


def _rows(name: str, before: int, after: int, limits: DriftDeclaration) -> Iterator[Drift]:
    if before == after:
        return
    change_pct = 100 * (after - before) / max(before, 1)
    verdict = _judge(abs(change_pct), limits.rows_attention_pct, limits.rows_refusal_pct)
    detail = Text(
        f"{name} : {before} lignes, maintenant {after} ({_signed(change_pct, 'fr')} %)",
        f"{name}: {before} rows, now {after} ({_signed(change_pct, 'en')}%)",
    )
    yield Drift("rows", verdict, detail, before, after)


def _columns(name: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Drift]:
    gone, new = [c for c in before if c not in after], [c for c in after if c not in before]
    if gone:
        listed = ", ".join(gone[:_NAMED])
        detail = Text(f"{name} : colonnes disparues, {listed}", f"{name}: columns gone, {listed}")
        yield Drift("columns", Verdict.ATTENTION, detail, len(before), len(after))
    if new:
        listed = ", ".join(new[:_NAMED])
        detail = Text(f"{name} : colonnes nouvelles, {listed}", f"{name}: new columns, {listed}")
        yield Drift("columns", Verdict.ATTENTION, detail, len(before), len(after))


def _missing(
    where: str, before: ColumnMeasure, after: ColumnMeasure, limits: DriftDeclaration
) -> Iterator[Drift]:
    points = after.missing_pct - before.missing_pct
    verdict = _judge(abs(points), limits.missing_attention_points, limits.missing_refusal_points)
    if verdict is not Verdict.OK:
        detail = Text(
            f"{where} : {_number(round(before.missing_pct, 1), 'fr')} % de cases vides, "
            f"maintenant {_number(round(after.missing_pct, 1), 'fr')} %",
            f"{where}: {_number(round(before.missing_pct, 1), 'en')}% empty cells, "
            f"now {_number(round(after.missing_pct, 1), 'en')}%",
        )
        yield Drift("missing", verdict, detail, before.missing_pct, after.missing_pct)


def _total(
    where: str, before: ColumnMeasure, after: ColumnMeasure, limits: DriftDeclaration
) -> Iterator[Drift]:
    if before.total is None or after.total is None or before.total == after.total:
        return
    # A score sums to almost nothing: its total is held against the sum of its sizes.
    size = before.absolute or after.absolute or 1.0
    change_pct = 100 * (after.total - before.total) / size
    verdict = _judge(abs(change_pct), limits.total_attention_pct, limits.total_refusal_pct)
    if verdict is Verdict.OK:
        return
    detail = Text(
        f"{where} : total de {_number(before.total, 'fr')}, maintenant {_number(after.total, 'fr')} "
        f"({_signed(change_pct, 'fr')} %)",
        f"{where}: total of {_number(before.total, 'en')}, now {_number(after.total, 'en')} "
        f"({_signed(change_pct, 'en')}%)",
    )
    yield Drift("total", verdict, detail, before.total, after.total)


def _shift(where: str, before: ColumnMeasure, cells: pd.Series, limits: DriftDeclaration) -> Iterator[Drift]:
    if cells.notna().sum() < FEWEST_FOR_SHAPE:
        return
    index = stability_index(before.shares, cells, before.edges)
    verdict = _judge(index, limits.shift_attention, limits.shift_refusal)
    if verdict is not Verdict.OK:
        detail = Text(
            f"{where} : la répartition des valeurs a changé (indice de stabilité {_number(index, 'fr')})",
            f"{where}: the distribution of values has changed (stability index {_number(index, 'en')})",
        )
        yield Drift("shift", verdict, detail, 0.0, round(index, 4))


def stability_index(shares: Sequence[float], cells: pd.Series, edges: tuple[float, ...]) -> float:
    """Give the population stability index of a column over its former tenths.

    The sum over bins of ``(q - p) ln(q / p)``, with ``p`` the former and ``q`` the new share of values
    (Siddiqi, Credit Risk Scorecards, 2006: under 0.10 stable, above 0.25 changed).

    Parameters
    ----------
    shares
        Former share of each bin, 0 to 1.
    cells
        New values; nulls are left out.
    edges
        Inner borders of the bins.
    """
    p = np.maximum(np.asarray(shares), _LEAST)
    q = np.maximum(np.asarray(shares_between(cells.dropna().to_numpy(dtype=float), edges)), _LEAST)
    return float(np.sum((q - p) * np.log(q / p)))


def identifiers(
    name: str, before: Iterable[str], after: Iterable[str], limits: DriftDeclaration, *, kind: str
) -> list[Drift]:
    """Compare two sets of identifiers; a list that only loses is looked at sooner."""
    old, fresh = set(before), set(after)
    gone, new = sorted(old - fresh), sorted(fresh - old)
    if not old or not (gone or new):
        return []
    gone_pct, new_pct = 100 * len(gone) / len(old), 100 * len(new) / len(old)
    attention = limits.ids_attention_pct / (4 if gone and not new else 1)
    verdict = max(
        _judge(gone_pct, attention, limits.ids_refusal_pct),
        _judge(new_pct, limits.ids_attention_pct, limits.ids_refusal_pct),
        key=_ORDER.index,
    )
    said = (
        [
            Text(
                f"{_many(gone, 'disparu', 'disparus')}{_list(gone, 'fr')}",
                f"{len(gone)} gone{_list(gone, 'en')}",
            )
        ]
        if gone
        else []
    )
    said += (
        [Text(f"{_many(new, 'nouveau', 'nouveaux')}{_list(new, 'fr')}", f"{len(new)} new{_list(new, 'en')}")]
        if new
        else []
    )
    detail = Text(
        f"{name}, identifiants : {' ; '.join(t.fr for t in said)}",
        f"{name}, identifiers: {'; '.join(t.en for t in said)}",
    )
    return [Drift(kind, verdict, detail, len(old), len(fresh))]


def compare_places(before: pd.DataFrame, after: pd.DataFrame, limits: DriftDeclaration) -> list[Drift]:
    """Compare the listed places of a source: gone, new, renamed, moved.

    Parameters
    ----------
    before, after
        Indexed by place; ``name``, and ``longitude, latitude`` in degrees, null where the publisher gives
        none.
    """
    drifts = identifiers("lieux/places", before.index, after.index, limits, kind="places")
    drifts += _renamed(before, after, limits)
    metres = moved_metres(before, after)
    if metres.empty:
        return drifts
    moved = metres[metres >= limits.moved_metres].sort_values(ascending=False)
    if len(moved):
        share_pct = 100 * len(moved) / len(metres)
        verdict = _judge(share_pct, limits.moved_attention_pct, limits.moved_refusal_pct)
        listed = ", ".join(f"{place} {distance:.0f} m" for place, distance in moved.head(_NAMED).items())
        limit = f"{limits.moved_metres:g} m"
        detail = Text(
            f"{_many([*moved.index], 'lieu déplacé', 'lieux déplacés')} de {limit} ou plus "
            f"({_number(round(share_pct, 1), 'fr')} %) : {listed}",
            f"{_many([*moved.index], 'place', 'places')} moved by {limit} or more "
            f"({_number(round(share_pct, 1), 'en')}%): {listed}",
        )
        drifts.append(Drift("moved", verdict, detail, len(metres), len(moved)))
    return drifts


def _renamed(before: pd.DataFrame, after: pd.DataFrame, limits: DriftDeclaration) -> list[Drift]:
    """Compare the names of the places present in both: a column put in the place of another shows here."""
    both = before[["name"]].join(after[["name"]].add_suffix("_after"), how="inner")
    renamed = both[both["name"].astype(str) != both["name_after"].astype(str)]
    if renamed.empty:
        return []
    share_pct = 100 * len(renamed) / len(both)
    verdict = _judge(share_pct, limits.renamed_attention_pct, limits.renamed_refusal_pct)
    said = [f"{old} → {new}" for old, new in renamed.head(_NAMED).itertuples(index=False)]
    names = [*renamed.index]
    detail = Text(
        f"{_many(names, 'lieu renommé', 'lieux renommés')} ({_number(round(share_pct, 1), 'fr')} %) : "
        f"{', '.join(said)}",
        f"{_many(names, 'place', 'places')} renamed ({_number(round(share_pct, 1), 'en')}%): "
        f"{', '.join(said)}",
    )
    return [Drift("renamed", verdict, detail, len(both), len(renamed))]


def moved_metres(before: pd.DataFrame, after: pd.DataFrame) -> pd.Series:
    """Give how far each place present in both lies from where it was: geodesic metres on GRS 80.

    Parameters
    ----------
    before, after
        Indexed by place; ``longitude, latitude`` in degrees.

    Returns
    -------
    pandas.Series
        Metres by place, for those that have coordinates in both.
    """
    points = ["longitude", "latitude"]
    now = after[points].add_suffix("_after")
    both = before[points].join(now, how="inner").dropna().astype(float)
    first, second = both[points].to_numpy().T, both[[f"{name}_after" for name in points]].to_numpy().T
    _, _, metres = Geod(ellps="GRS80").inv(first[0], first[1], second[0], second[1])
    return pd.Series(metres, index=both.index, dtype=float)


def _judge(size: float, attention: float, refusal: float) -> Verdict:
    if size > refusal:
        return Verdict.REFUSAL
    return Verdict.ATTENTION if size > attention else Verdict.OK


def _list(names: list[str], language: str) -> str:
    if not names:
        return ""
    more = "…" if len(names) > _NAMED else ""
    return f" ({', '.join(names[:_NAMED])}{more})"


def _many(names: list[str], one: str, several: str) -> str:
    return f"{len(names)} {several if len(names) > 1 else one}"


def _number(value: float, language: str) -> str:
    shown = f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    return shown.replace(",", "\u202f").replace(".", ",") if language == "fr" else shown


def _signed(value: float, language: str) -> str:
    shown = f"{value:+.1f}".replace("-", "−")
    return shown.replace(".", ",") if language == "fr" else shown
