"""What each table of a data package holds, checked once when it is written."""

from __future__ import annotations

from typing import Final

import pandas as pd
import pandera.pandas as pa

from geodata.ages import AGE_GROUPS, PERIODS, SEXES
from geodata.errors import PackageError
from geodata.model import ErrorKind, GeocodeQuality, Governance, Grade, Level, ServiceCategory, Status
from geodata.taxonomy import CATEGORIES
from geodata.text import Text

PARENT_COLUMNS: Final = ("region_id", "rss_id", "rts_id", "rls_id", "clsc_id", "mrc_id", "municipality_id")

MEMBERSHIP_METHODS: Final = (
    "published_code", "area_overlap", "point", "crosswalk", "postal_codes", "listed",
)  # fmt: skip
"""How the share of an area in a territory is known; the last two are of custom territories only."""

_ID = r"^[a-z-]+:[A-Za-z0-9._-]+$"


def _values(kind: type) -> list[str]:
    return [member.value for member in kind]  # type: ignore[attr-defined]


def _text(nullable: bool = False, **kwargs: object) -> pa.Column:
    return pa.Column(str, nullable=nullable, coerce=True, **kwargs)  # type: ignore[arg-type]


TERRITORIES: Final = pa.DataFrameSchema(
    {
        "territory_id": _text(checks=pa.Check.str_matches(_ID), unique=True),
        "level": _text(checks=pa.Check.isin(_values(Level))),
        "name_fr": _text(checks=pa.Check.str_length(min_value=1)),
        "name_en": _text(checks=pa.Check.str_length(min_value=1)),
        **{column: _text(nullable=True) for column in PARENT_COLUMNS},
        "pop_2021": pa.Column("Int64", nullable=True, checks=pa.Check.ge(0)),
        "land_km2": pa.Column(float, nullable=True, checks=pa.Check.ge(0)),
        "milieu": _text(checks=pa.Check.isin(["urban", "periurban", "rural", "remote", "unknown"])),
        "governance": _text(checks=pa.Check.isin(_values(Governance))),
        "status": _text(checks=pa.Check.isin([Status.OK.value, Status.NO_DATA.value])),
        "caveat_fr": _text(),
        "caveat_en": _text(),
        "aliases": _text(),
        "longitude": pa.Column(float, nullable=True, checks=pa.Check.in_range(-81, -56)),
        "latitude": pa.Column(float, nullable=True, checks=pa.Check.in_range(44, 64)),
        "source_id": _text(),
    },
    strict=False,
)

MEMBERSHIP: Final = pa.DataFrameSchema(
    {
        "da_id": _text(checks=pa.Check.str_matches(r"^da:24\d{6}$")),
        "territory_id": _text(checks=pa.Check.str_matches(_ID)),
        "fraction": pa.Column(float, checks=pa.Check.in_range(0, 1, include_min=False)),
        "census_year": pa.Column("int16", coerce=True, checks=pa.Check.isin([2016, 2021])),
        "method": _text(checks=pa.Check.isin(MEMBERSHIP_METHODS)),
    },
    unique=["da_id", "territory_id", "census_year"],
    strict=True,
)

OBSERVATIONS: Final = pa.DataFrameSchema(
    {
        "territory_id": _text(checks=pa.Check.str_matches(_ID)),
        "indicator_id": _text(),
        "period": _text(),
        "value": pa.Column(float, nullable=True),
        "numerator": pa.Column(float, nullable=True),
        "denominator": pa.Column(float, nullable=True),
        "n_cells": pa.Column("int32", coerce=True, checks=pa.Check.ge(0)),
        "coverage": pa.Column(float, nullable=True, checks=pa.Check.in_range(0, 1)),
        "source_id": _text(),
        "error_kind": _text(checks=pa.Check.isin(_values(ErrorKind))),
        "status": _text(checks=pa.Check.isin(_values(Status))),
        "moe_95": pa.Column(float, nullable=True, checks=pa.Check.ge(0)),
        "grade": _text(nullable=True, checks=pa.Check.isin(_values(Grade))),
    },
    unique=["territory_id", "indicator_id", "period"],
    checks=[
        pa.Check(
            lambda frame: (frame["status"] == Status.OK.value) == frame["value"].notna(),
            error="a value is present exactly where its status is ok",
        ),
        pa.Check(
            # Rows carried over from an earlier build may lack the grade of a suppressed figure.
            lambda frame: (
                (frame["grade"].notna() == frame["value"].notna())
                | frame["status"].eq(Status.SUPPRESSED.value)
            ),
            error="every value has a grade, and nothing else but a suppressed figure has one",
        ),
    ],
    strict=True,
)

ORGANIZATIONS: Final = pa.DataFrameSchema(
    {
        "id": _text(unique=True),
        "name": _text(),
        "alternate_name": _text(),
        "source_id": _text(),
        "assured_date": _text(),
    },
    strict=True,
)

LOCATIONS: Final = pa.DataFrameSchema(
    {
        "id": _text(unique=True),
        "name": _text(),
        "address": _text(),
        "city": _text(),
        "postal_code": _text(),
        "longitude": pa.Column(float, nullable=True, checks=pa.Check.in_range(-81, -56)),
        "latitude": pa.Column(float, nullable=True, checks=pa.Check.in_range(44, 64)),
        "geocode_quality": _text(checks=pa.Check.isin(_values(GeocodeQuality))),
        "same_as": _text(),
        "source_id": _text(),
        "assured_date": _text(),
    },
    strict=True,
)

SERVICES: Final = pa.DataFrameSchema(
    {
        "id": _text(unique=True),
        "organization_id": _text(),
        "location_id": _text(),
        "name": _text(),
        "category": _text(checks=pa.Check.isin(_values(ServiceCategory))),
        "kind": _text(checks=pa.Check.isin(list(CATEGORIES))),
        "detail_fr": _text(),
        "detail_en": _text(),
        "only_mission": pa.Column(bool),
        # People or places offered, where the publisher says it; a package older than the column has none.
        "capacity": pa.Column(float, nullable=True, required=False, checks=pa.Check.gt(0)),
        "source_id": _text(),
        "assured_date": _text(),
    },
    strict=True,
)

LOCATION_TERRITORIES: Final = pa.DataFrameSchema(
    {
        "location_id": _text(),
        "level": _text(checks=pa.Check.isin(_values(Level))),
        "territory_id": _text(checks=pa.Check.str_matches(_ID)),
        "method": _text(checks=pa.Check.isin(["published_code", "polygon", "nearest_da", "nested"])),
    },
    unique=["location_id", "level"],
    strict=True,
)

ACCESS: Final = pa.DataFrameSchema(
    {
        "territory_id": _text(checks=pa.Check.str_matches(_ID)),
        "category": _text(checks=pa.Check.isin(_values(ServiceCategory))),
        "measure": _text(checks=pa.Check.isin(["count", "per_10000"])),
        "value": pa.Column(float, nullable=True, checks=pa.Check.ge(0)),
        "status": _text(checks=pa.Check.isin(_values(Status))),
    },
    unique=["territory_id", "category", "measure"],
    strict=True,
)

POSTAL_CODES: Final = pa.DataFrameSchema(
    {
        "code": _text(checks=pa.Check.str_matches(r"^[A-Z]\d[A-Z]\d[A-Z]\d$"), unique=True),
        "longitude": pa.Column("float32", coerce=True),
        "latitude": pa.Column("float32", coerce=True),
        "da_id": _text(checks=pa.Check.str_matches(r"^da:24\d{6}$")),
    },
    strict=True,
)

AGES: Final = pa.DataFrameSchema(
    {
        "territory_id": _text(checks=pa.Check.str_matches(_ID)),
        "period": _text(checks=pa.Check.isin(list(PERIODS))),
        "sex": _text(checks=pa.Check.isin(list(SEXES))),
        "age_group": _text(checks=pa.Check.isin(list(AGE_GROUPS))),
        "people": pa.Column("int32", coerce=True, checks=pa.Check.ge(0)),
    },
    unique=["territory_id", "period", "sex", "age_group"],
    strict=True,
)

SCHEMAS: Final[dict[str, pa.DataFrameSchema]] = {
    "territories": TERRITORIES,
    "membership": MEMBERSHIP,
    "observations": OBSERVATIONS,
    "organizations": ORGANIZATIONS,
    "services": SERVICES,
    "locations": LOCATIONS,
    "location_territories": LOCATION_TERRITORIES,
    "access": ACCESS,
    "postal_codes": POSTAL_CODES,
    "ages": AGES,
}


def validate(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Check one table against its schema and give it with its declared types.

    Parameters
    ----------
    name
        Key of ``SCHEMAS``.
    frame
        The table.

    Raises
    ------
    PackageError
        Naming the first column, rule and value that fail.
    """
    try:
        return SCHEMAS[name].validate(frame, lazy=True)
    except pa.errors.SchemaErrors as failure:
        first = failure.failure_cases.iloc[0]
        what = f"{first['check']}: {first['failure_case']!r}"
        raise PackageError(
            Text(f"La table ne respecte pas son schéma, {what}", f"The table breaks its schema, {what}"),
            where=f"{name}.{first['column']}, ligne/row {first['index']}",
            hint=Text(
                f"corrigez la source ({len(failure.failure_cases)} cas)",
                f"correct the source ({len(failure.failure_cases)} cases)",
            ),
        ) from failure
