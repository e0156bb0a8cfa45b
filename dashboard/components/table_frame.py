"""The rows that the table on screen and the file both show."""

from __future__ import annotations

import pandas as pd

from dashboard import format as fmt
from dashboard.certainty import grade_in_text
from dashboard.components.labels import level_name
from dashboard.figures import Figures, status_in_short
from dashboard.i18n import _, current_language, text
from geodata.model import Indicator
from geodata.package import Package


def value_title(indicator: Indicator) -> str:
    """Give the heading of the column of figures."""
    unit = fmt.symbol(indicator.unit)
    return f"{text(indicator.title)} ({unit})" if unit else text(indicator.title)


def table_frame(package: Package, figures: Figures, indicator: Indicator) -> pd.DataFrame:
    """Give the rows that the screen and the file both show.

    Returns
    -------
    pandas.DataFrame
        Name, parent, value rounded as printed, grade, coverage, margin, relative error, and why a value
        is not there.
    """
    territories = package.level(figures.level)
    language = current_language()
    names = package.territories[f"name_{language}"]
    frame = figures.frame
    decimals = indicator.unit.decimals
    parent = territories["rss_id"].fillna(territories["region_id"])
    columns = {
        level_name(figures.level): territories[f"name_{language}"].astype(str),
        _("Région"): parent.map(names).fillna("").astype(str),
        value_title(indicator): frame["value"].map(lambda v: _rounded(v, decimals)).astype(float),
        _("Fiabilité"): frame["grade"].map(grade_in_text).astype(str),
        _("Couverture (%)"): (100 * frame["coverage"]).map(lambda v: _rounded(v, 0)).astype(float),
        _("Marge d'erreur (±)"): _margins(frame["moe_95"], decimals),
        _("Erreur relative (%)"): (100 * frame["cv"]).map(lambda v: _rounded(v, 1)).astype(float),
        _("Note"): _notes(frame),
    }
    # A column that holds nothing at all would read as a column of failures.
    empty = [
        name for name, column in columns.items() if column.isna().all() and name != value_title(indicator)
    ]
    return pd.DataFrame({name: columns[name] for name in columns if name not in empty}, index=frame.index)


def _margins(moes: pd.Series, decimals: int) -> pd.Series:
    """Round margins as the page prints them; one decimal more where one would read as none."""
    rounded = moes.map(lambda v: _rounded(v, decimals)).astype(float)
    if not ((moes > 0) & rounded.eq(0)).any():
        return rounded
    return moes.map(lambda v: _rounded(v, decimals + 1)).astype(float)


def _notes(frame: pd.DataFrame) -> pd.Series:
    kinds = frame[["status", "hidden"]].drop_duplicates()
    said = {(row["status"], row["hidden"]): status_in_short(row) for _at, row in kinds.iterrows()}
    pairs = zip(frame["status"], frame["hidden"], strict=True)
    return pd.Series([said[pair] for pair in pairs], index=frame.index, dtype=str)


def decimals_of(frame: pd.DataFrame, indicator: Indicator) -> dict[str, int]:
    """Give the number of decimals of each column of numbers."""
    own = {_("Couverture (%)"): 0, _("Erreur relative (%)"): 1}
    numeric = [str(name) for name in frame.select_dtypes("number").columns]
    decimals = indicator.unit.decimals
    margins = frame.get(_("Marge d'erreur (±)"))
    if margins is not None and not margins.equals(margins.round(decimals)):
        own[_("Marge d'erreur (±)")] = decimals + 1
    return {name: own.get(name, decimals) for name in numeric}


def _rounded(value: float, decimals: int) -> float:
    return float("nan") if fmt.is_missing(value) else float(fmt.rounded(value, decimals))
