"""Second study: where much deprivation meets a CLSC far on foot, by neighbourhood table of Montréal."""

from __future__ import annotations

from datetime import date
from typing import Final

import pandas as pd

from benchmarks.case_writing import Number, table
from dashboard.access import gap_rows
from dashboard.maps import bivariate
from geodata.access.facts import Mode
from geodata.access.gap import Gap, gap_of
from geodata.access.needs import need_of_indicator
from geodata.access.reach import Measured, Question, at_thresholds, costs_of, measured
from geodata.access.sites import sites_of
from geodata.access.why import why
from geodata.model import Level
from geodata.package import Package

NEED: Final = "idms_material_q4_q5_pct"
OTHERS: Final = ("market_basket_poverty_pct", "iemv_score")
KIND: Final = "clsc"
TOP: Final = 2
FACTORS: Final = (2 / 3, 4 / 3, 5 / 3)


def study(package: Package, today: date) -> tuple[dict[str, object], dict[str, str]]:
    """Give the figures and the picture of the study."""
    question = Question(KIND, Mode.WALK)
    sites = sites_of(package, KIND)
    reached = measured(package, question, costs_of(package, question, None, sites).kept(), sites)
    gap = _gap(package, NEED, reached, today)
    first = _first(gap)
    figures: dict[str, object] = {
        "tables": int(gap.frame["need_class"].notna().sum()),
        "left_out": _named(package, gap.frame.index[gap.frame["need_class"].isna()]),
        "people": float(gap.counts.to_numpy().sum()),
        "first_number": len(first),
        "first_people": float(gap.frame.loc[first, "people"].sum()),
        "first_names": _named(package, first),
        "nine": _nine(gap),
        "first_table": _first_table(package, gap, first),
        "top": "\n\n".join(_why(package, gap, name, today) for name in gap.widest(TOP).index),
        "factors": _other_thresholds(package, question, today),
        "sure": int(gap.frame.loc[first, "access_sure"].fillna(False).sum()),
        **_other_needs(package, reached, first, today),
    }
    title = package.indicators[NEED].title.fr
    found = gap_rows.crossed(package, gap, reached, Level.TABLE, title)
    return figures, {"etude-montreal-ecart.png": gap_rows.picture(package, found)}


def _gap(package: Package, indicator: str, reached: Measured, today: date) -> Gap:
    return gap_of(
        package, Level.TABLE, need_of_indicator(package, Level.TABLE, indicator), reached, today=today
    )


def _first(gap: Gap) -> pd.Index:
    """Give the tables of the class of highest need and lowest access, the most people first."""
    frame = gap.frame
    mine = frame["need_class"].eq(3) & frame["access_class"].eq(1)
    return frame[mine.fillna(False)].sort_values("people", ascending=False).index


def _named(package: Package, tables: pd.Index) -> str:
    return ", ".join(str(package.territories.at[name, "name_fr"]) for name in tables)


def _nine(gap: Gap) -> str:
    words = ("Accès plus faible", "Accès moyen", "Meilleur accès")
    rows = []
    for need, said in ((3, "Besoin élevé"), (2, "Besoin moyen"), (1, "Besoin moins élevé")):
        cells = [
            f"{bivariate.letter(need, access)} : {Number(gap.counts.at[need, access]):0} personnes, "
            f"{_tables(int(gap.territories.at[need, access]))}"
            for access in (1, 2, 3)
        ]
        rows.append((said, *cells))
    return table(("", *words), rows)


def _tables(number: int) -> str:
    return f"{number} table" if number < 2 else f"{number} tables"


def _first_table(package: Package, gap: Gap, first: pd.Index) -> str:
    access = gap.access
    assert access is not None
    rows = [
        (
            str(package.territories.at[name, "name_fr"]),
            f"{Number(gap.frame.at[name, 'need']):1} %",
            f"{Number(access.at[name, 'value']):0} % ({Number(access.at[name, 'low']):0} à "
            f"{Number(access.at[name, 'high']):0})",
            f"{Number(gap.frame.at[name, 'people']):0}",
            "oui" if bool(gap.frame.at[name, "access_sure"]) else "non",
        )
        for name in first
    ]
    headings = (
        "Table de quartier",
        "Besoin",
        "À 15 minutes à pied (± 20 %)",
        "Personnes",
        "Classe d'accès sûre",
    )
    return table(headings, rows)


def _why(package: Package, gap: Gap, name: str, today: date) -> str:
    sentences = "\n".join(f"- {reason.fr}" for reason in why(package, gap, name, today=today))
    return f"**{package.territories.at[name, 'name_fr']}**\n\n{sentences}"


def _other_thresholds(package: Package, question: Question, today: date) -> str:
    rows = []
    for factor in FACTORS:
        asked = at_thresholds(question, factor)
        reached = measured(package, asked, costs_of(package, asked).kept())
        gap = _gap(package, NEED, reached, today)
        first = _first(gap)
        rows.append(
            (
                f"{Number(asked.thresholds.minutes(Mode.WALK)['urban']):0} minutes",
                f"{len(first)}",
                f"{Number(gap.frame.loc[first, 'people'].sum()):0}",
                _named(package, first) or "aucune",
            )
        )
    return table(("Seuil à pied", "Tables en A1", "Personnes", "Lesquelles"), rows)


def _other_needs(package: Package, reached: Measured, first: pd.Index, today: date) -> dict[str, object]:
    rows, shared = [], {}
    for indicator in OTHERS:
        gap = _gap(package, indicator, reached, today)
        others = _first(gap)
        shared[f"shared_{indicator}"] = len(first.intersection(others))
        rows.append(
            (
                package.indicators[indicator].title.fr,
                f"{len(others)}",
                f"{Number(gap.frame.loc[others, 'people'].sum()):0}",
                _named(package, others) or "aucune",
            )
        )
    return {"needs": table(("Autre besoin", "Tables en A1", "Personnes", "Lesquelles"), rows), **shared}
