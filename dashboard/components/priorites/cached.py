"""Results kept while a table moves its weights; each is found again by the data and the choices."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd
import streamlit as st

from geodata.agreement import Pair, correlated
from geodata.grids import Grid, Inputs, Outcome, outcome, prepare
from geodata.package import Package
from geodata.stability import sensitivity

_KEPT_FIGURES: Final = 16
_KEPT_RESULTS: Final = 48


def outcome_of(package: Package, grid: Grid) -> Outcome:
    """Give what comes of a complete grid; its names and notes change nothing of it."""
    bare = replace(grid, name="", authors="", date="", notes="", comparisons=(), package_id=package.id)
    weights = {part.indicator_id: part.weight for part in grid.parts}
    return _outcome(package.id, _figures_key(grid), f"{grid.scale} {grid.top} {weights}", bare, package)


def repeated_of(package: Package, grid: Grid) -> list[Pair]:
    """Give the indicators of a grid that repeat one another, whatever their weights."""
    return _repeated(package.id, _figures_key(grid), outcome_of(package, grid).standard)


def sensitivity_of(package: Package, grid: Grid) -> pd.DataFrame:
    """Give what removing or doubling each weight would change."""
    weights = {part.indicator_id: part.weight for part in grid.parts}
    key = f"{_figures_key(grid)} {grid.scale} {grid.top} {weights}"
    return _sensitivity(package.id, key, outcome_of(package, grid))


def _figures_key(grid: Grid) -> str:
    parts = [(p.indicator_id, p.period, p.direction.value, p.override) for p in grid.parts]
    return f"{grid.level} {grid.include_communities} {parts}"


@st.cache_resource(max_entries=_KEPT_FIGURES, show_spinner=False)
def _inputs(package_id: str, key: str, _grid: Grid, _package: Package) -> Inputs:
    return prepare(_package, _grid.level, _grid.parts, include_communities=_grid.include_communities)


@st.cache_resource(max_entries=_KEPT_RESULTS, show_spinner=False)
def _outcome(package_id: str, figures: str, choices: str, _grid: Grid, _package: Package) -> Outcome:
    return outcome(_grid, _inputs(package_id, figures, _grid, _package))


@st.cache_resource(max_entries=_KEPT_FIGURES, show_spinner=False)
def _repeated(package_id: str, key: str, _standard: pd.DataFrame) -> list[Pair]:
    return correlated(_standard)


@st.cache_resource(max_entries=_KEPT_RESULTS, show_spinner=False)
def _sensitivity(package_id: str, key: str, _outcome: Outcome) -> pd.DataFrame:
    return sensitivity(_outcome.standard, _outcome.grid.weights, _outcome.stability.top)
