"""Deprivation by fifths of five reference territories, and the five classes of both dimensions together.

Nothing of the index is computed here: it cannot be, from public figures. The publisher's fifths are read, and
people are counted by the fifth of the area where they live. 0 is written for an area without an index; it is
never a fifth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pandas as pd

from etl.tables import Raw, Tables
from geodata.aggregate import carry_up, to_values
from geodata.errors import CellError
from geodata.model import Aggregation, Level
from geodata.text import Text

_PERIOD: Final = "2021"
_FIFTHS: Final = (1, 2, 3, 4, 5)
_MOST_DEPRIVED: Final = (4, 5)
_SUM_TOLERANCE: Final = 0.01
"""How far the fractions of an area may add up from 1: they are published rounded."""

_HEALTH: Final = (Level.PROVINCE, Level.RSS, Level.RTS, Level.RLS, Level.CLSC)
"""Levels that the publisher's own table leads to, with the fractions of areas that lie in two."""


@dataclass(frozen=True)
class Reference:
    """A territory within which fifths are cut.

    Parameters
    ----------
    name
        Part of the identifiers of its indicators.
    suffix
        How the publisher's columns end.
    levels
        Levels of the health network at which a share says something: those inside the reference.
    """

    name: str
    suffix: str
    levels: tuple[Level, ...]


REFERENCES: Final = (
    Reference("quebec", "", _HEALTH),
    Reference("rss", "RSS", _HEALTH[1:]),
    Reference("rts", "RTS", _HEALTH[2:]),
    Reference("rls", "RLS", _HEALTH[3:]),
    Reference("clsc", "CLSC", _HEALTH[4:]),
)
_DIMENSIONS: Final = {"material": "QuintMat", "social": "QuintSoc"}
_CLASSES: Final = ("C1", "C2", "C3", "C4", "C5")


def transform(raw: Raw) -> Tables:
    rows = _rows(raw["table"])
    _require_whole_areas(rows)
    shares = list(_parts(rows))
    own = [_fifth_of_areas(rows, dimension, r) for dimension in _DIMENSIONS for r in REFERENCES]
    published = [_health_shares(rows, part) for part in shares]
    return Tables(
        cells=pd.concat([_cells(rows, part) for part in shares], ignore_index=True),
        observations=pd.concat([*published, *own, _class_of_areas(rows)], ignore_index=True),
        notes=_notes(rows, raw["areas"]),
    )


def _rows(table: pd.DataFrame) -> pd.DataFrame:
    """Give each row of the table, the part of an area in one CLSC, its people; 0 becomes no value."""
    fifths = [column + r.suffix for column in _DIMENSIONS.values() for r in REFERENCES]
    known = table.assign(**{c: table[c].where(table[c].isin(_FIFTHS)) for c in fifths})
    return known.assign(
        people=table["ADPOP2021"] * table["FRAC_CLSC"],
        cell_id="da:" + table["AD"],
        ComRSS=table["ComRSS"].where(table["ComRSS"].isin(_CLASSES)),
    ).reset_index(drop=True)


def _require_whole_areas(rows: pd.DataFrame) -> None:
    """Refuse an area whose parts do not make a whole: people would be lost or counted twice."""
    total = rows.groupby("AD")["FRAC_CLSC"].sum()
    wrong = total[(total - 1).abs() > _SUM_TOLERANCE]
    if len(wrong):
        raise CellError(
            Text(
                f"Les fractions de l'aire donnent {wrong.iloc[0]:.3f}, non 1",
                f"The fractions of the area give {wrong.iloc[0]:.3f}, not 1",
            ),
            where=f"AD {wrong.index[0]}, FRAC_CLSC",
            hint=Text("reprenez la table chez son éditeur", "take the table from its publisher again"),
        )


@dataclass(frozen=True)
class _Part:
    """What one indicator counts: the people of a row who are in, and those of whom it is known."""

    indicator_id: str
    counted: pd.Series
    known: pd.Series
    levels: tuple[Level, ...]


def _parts(rows: pd.DataFrame) -> Iterator[_Part]:
    people = rows["people"]
    for dimension, column in _DIMENSIONS.items():
        for reference in REFERENCES:
            fifth = rows[column + reference.suffix]
            known = people.where(fifth.notna())
            counted = known.where(fifth.isin(_MOST_DEPRIVED) | fifth.isna(), 0.0)
            name = f"idms_{dimension}_q4_q5_{reference.name}_pct"
            yield _Part(name, counted, known, reference.levels)
    within_region = REFERENCES[1].levels
    for label in _CLASSES:
        known = people.where(rows["ComRSS"].notna())
        counted = known.where(rows["ComRSS"].eq(label) | rows["ComRSS"].isna(), 0.0)
        yield _Part(f"idms_class_{label.lower()}_pct", counted, known, within_region)
    yield _Part("idms_unclassified_pct", people.where(rows["QuintMat"].isna(), 0.0), people, _HEALTH)


def _cells(rows: pd.DataFrame, part: _Part) -> pd.DataFrame:
    """Put the parts of each area together again, to carry it to levels outside the health network."""
    parts = pd.DataFrame({"cell_id": rows["cell_id"], "numerator": part.counted, "denominator": part.known})
    whole = parts.groupby("cell_id", as_index=False).sum(min_count=1)
    return whole.assign(
        indicator_id=part.indicator_id,
        period=_PERIOD,
        status=whole["numerator"].notna().map({True: "ok", False: "no_data"}),
    )


def _health_shares(rows: pd.DataFrame, part: _Part) -> pd.DataFrame:
    """Carry rows, not areas, to the territories that the table itself writes beside them."""
    cells = pd.DataFrame(
        {"cell_id": rows.index.astype(str), "numerator": part.counted, "denominator": part.known}
    )
    members = pd.concat([_members(rows, level) for level in part.levels], ignore_index=True)
    sums = carry_up(cells, members, rows["people"].set_axis(rows.index.astype(str)))
    values = to_values(sums, Aggregation.RATIO, 100.0).reset_index()
    return values.assign(indicator_id=part.indicator_id, period=_PERIOD)


def _members(rows: pd.DataFrame, level: Level) -> pd.DataFrame:
    code = "province:24" if level is Level.PROVINCE else f"{level.value}:" + rows[level.value.upper()]
    return pd.DataFrame({"cell_id": rows.index.astype(str), "territory_id": code, "fraction": 1.0})


def _fifth_of_areas(rows: pd.DataFrame, dimension: str, reference: Reference) -> pd.DataFrame:
    """Give the fifth of each area, as published; an area in two references may have two, hence none."""
    fifth = rows.groupby("cell_id")[_DIMENSIONS[dimension] + reference.suffix]
    return _as_published(
        fifth.first().where(fifth.nunique(dropna=False) == 1), f"idms_{dimension}_fifth_{reference.name}"
    )


def _class_of_areas(rows: pd.DataFrame) -> pd.DataFrame:
    label = rows["ComRSS"].str.removeprefix("C").astype(float).groupby(rows["cell_id"])
    return _as_published(label.first().where(label.nunique(dropna=False) == 1), "idms_class_rss")


def _as_published(value: pd.Series, indicator_id: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "territory_id": value.index,
            "indicator_id": indicator_id,
            "period": _PERIOD,
            "value": value.to_numpy(dtype=float),
            "numerator": float("nan"),
            "denominator": float("nan"),
            "status": value.notna().map({True: "ok", False: "no_data"}).to_numpy(),
        }
    )


def _notes(rows: pd.DataFrame, areas: pd.DataFrame) -> tuple[Text, ...]:
    areas_in = rows["AD"].nunique()
    split = int((rows.groupby("AD").size() > 1).sum())
    people = rows["people"].sum()
    without = rows.loc[rows["QuintMat"].isna(), "people"].sum()
    # The shapefile writes the regional fifths; both files must say the same.
    table = rows.drop_duplicates("AD").set_index("AD")
    other = areas.drop_duplicates("ADIDU").set_index("ADIDU")
    both = table.index.intersection(other.index)
    differ = sum(
        int((other.loc[both, short].fillna(0) != table.loc[both, long].fillna(0)).sum())
        for short, long in (("QuintMatRS", "QuintMatRSS"), ("QuintSocRS", "QuintSocRSS"))
    )
    return (
        Text(
            f"{areas_in} aires, dont {split} partagées entre CLSC ; {people:.0f} personnes, dont"
            f" {without:.0f} dans une aire sans indice",
            f"{areas_in} areas, {split} of them split between CLSCs; {people:.0f} people, {without:.0f} of"
            " them in an area without an index",
        ),
        Text(
            f"{len(both)} aires comparées à la couche cartographique : {differ} cinquièmes diffèrent",
            f"{len(both)} areas compared with the map layer: {differ} fifths differ",
        ),
    )
