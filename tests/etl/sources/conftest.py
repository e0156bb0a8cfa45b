"""Read one source of the real mirror through its declaration, once a session."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from etl.door import read_file
from etl.registry import Declaration, declarations
from etl.tables import Tables

Raw = dict[str, pd.DataFrame]


def declaration_of(source_id: str) -> Declaration:
    return next(d for d in declarations() if d.id == source_id)


@pytest.fixture(scope="session")
def raw_of(mirror: Path) -> Callable[[str], Raw]:
    """Give the validated files of a source; they are shared, so a test copies what it changes."""

    @cache
    def read(source_id: str) -> Raw:
        return {f.name: read_file(f, mirror) for f in declaration_of(source_id).files}

    return read


@pytest.fixture(scope="session")
def tables_of(raw_of: Callable[[str], Raw]) -> Callable[[str], Tables]:
    """Give what the transform of a source makes of its real files."""

    @cache
    def transform(source_id: str) -> Tables:
        return declaration_of(source_id).transform()(raw_of(source_id))

    return transform


@pytest.fixture(scope="session")
def value_of(tables_of: Callable[[str], Tables]) -> Callable[..., pd.Series]:
    """Give the one observation of a territory, an indicator and a period."""

    def find(source_id: str, territory_id: str, indicator_id: str, period: str = "2021") -> pd.Series:
        rows = tables_of(source_id).observations
        assert rows is not None
        found = rows[
            rows["territory_id"].eq(territory_id)
            & rows["indicator_id"].eq(indicator_id)
            & rows["period"].eq(period)
        ]
        assert len(found) == 1
        return found.iloc[0]

    return find
