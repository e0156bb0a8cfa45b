"""Families, income, work, schooling, housing, languages, moves and commuting, by dissemination area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from etl.clients.characteristics import Pin, read_pins
from etl.tables import Raw, Tables
from geodata.errors import SourceFileError
from geodata.model import Status
from geodata.text import Text

PINS_FILE: Final = Path(__file__).with_name("characteristics.toml")

SHARES: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "profile_one_parent_families_pct": (("families_one_parent",), "families"),
    "profile_living_alone_pct": (("persons_alone",), "persons"),
    "profile_low_income_lim_at_pct": (("low_income_lim_at",), "low_income_total"),
    "profile_unemployment_pct": (("labour_unemployed",), "labour_force"),
    "profile_no_diploma_pct": (("diploma_none",), "diploma_total"),
    "profile_no_diploma_25_64_pct": (("diploma_25_64_none",), "diploma_25_64_total"),
    "profile_shelter_30_pct": (("shelter_30_or_more",), "shelter_total"),
    "profile_core_housing_need_pct": (("core_need",), "core_need_total"),
    "profile_major_repairs_pct": (("condition_major_repairs",), "condition_total"),
    "profile_unsuitable_housing_pct": (("suitability_not",), "suitability_total"),
    "profile_recent_immigrants_pct": (("immigrant_recent",), "immigrant_total"),
    "profile_no_official_language_pct": (("official_languages_neither",), "official_languages_total"),
    "profile_knows_french_pct": (
        ("official_languages_french", "official_languages_both"), "official_languages_total",
    ),
    "profile_knows_english_pct": (
        ("official_languages_english", "official_languages_both"), "official_languages_total",
    ),
    "profile_mother_tongue_french_pct": (("mother_tongue_french",), "mother_tongue_total"),
    "profile_mother_tongue_other_pct": (("mother_tongue_other",), "mother_tongue_total"),
    "profile_mother_tongue_indigenous_pct": (("mother_tongue_indigenous",), "mother_tongue_total"),
    "profile_moved_1_year_pct": (("mobility_1_movers",), "mobility_1_total"),
    "profile_moved_5_years_pct": (("mobility_5_movers",), "mobility_5_total"),
    "profile_commute_car_pct": (("commute_car",), "commute_mode_total"),
    "profile_commute_transit_pct": (("commute_transit",), "commute_mode_total"),
    "profile_commute_active_pct": (("commute_walked", "commute_bicycle"), "commute_mode_total"),
    "profile_commute_60_minutes_pct": (("commute_60_minutes",), "commute_duration_total"),
}  # fmt: skip
"""Characteristics whose sum is the numerator, and the denominator, of each share."""

_PERIOD: Final = "2021"
_PROVINCE: Final = "province"

# Digits of the quality flag, from 0: incomplete enumeration, short form, its income, long form, its income.
_FORM_DIGIT: Final = {"short": 1, "long": 3}
_SUPPRESSED_DIGIT: Final = "9"
_UNCOUNTED_DIGIT: Final = "1"
_CAUTION_DIGIT: Final = 2

# From the mildest to the gravest: what a share says when its parts disagree.
_GRAVITY: Final = (Status.OK, Status.NOT_APPLICABLE, Status.NO_DATA, Status.SUPPRESSED)


def transform(raw: Raw) -> Tables:
    profile = _judged(raw["profile"], read_pins(PINS_FILE))
    areas = _wide(profile[profile["geo_level"] == "da"])
    cells = pd.concat([_cells(areas, name) for name in SHARES], ignore_index=True)
    return Tables(cells=cells, notes=_notes(profile, areas, cells))


def _judged(profile: pd.DataFrame, pins: Mapping[str, Pin]) -> pd.DataFrame:
    """Say of each row whether its count may be read, and its quality digit."""
    unknown = sorted(set(pins) - set(profile["characteristic"]))
    if unknown:
        raise SourceFileError(
            Text(
                f"La caractéristique « {unknown[0]} » manque au profil du recensement",
                f"Characteristic “{unknown[0]}” is missing from the census profile",
            ),
            where="statcan_profile_2021",
            hint=Text("reprenez le profil chez son éditeur", "take the profile from its publisher again"),
        )
    known = profile[profile["characteristic"].isin(list(pins))]
    form = known["characteristic"].map({key: _FORM_DIGIT[pin.form] for key, pin in pins.items()})
    income = known["characteristic"].map({key: pin.income for key, pin in pins.items()}).astype(bool)
    quality = known["quality"].astype(str)
    short = form.eq(_FORM_DIGIT["short"])
    digit = quality.str[1].where(short, quality.str[3])
    hidden = income & quality.str[2].where(short, quality.str[4]).eq(_SUPPRESSED_DIGIT)
    missing, symbol = known["count"].isna(), known["symbol"]
    status = np.select(
        [
            missing & quality.str[0].eq(_UNCOUNTED_DIGIT),
            symbol.isin(["x", "F"]) | digit.eq(_SUPPRESSED_DIGIT) | hidden,
            symbol.eq("..."),
            missing,
        ],
        [Status.NO_DATA.value, Status.SUPPRESSED.value, Status.NOT_APPLICABLE.value, Status.NO_DATA.value],
        Status.OK.value,
    )
    caution = symbol.isin(["E", "rE"])
    worst = digit.astype(int).clip(lower=caution.map({True: _CAUTION_DIGIT, False: 0}))
    return known.assign(status=status, digit=worst)


@dataclass(frozen=True)
class _Wide:
    """One row a geography, one column a characteristic."""

    count: pd.DataFrame
    status: pd.DataFrame
    digit: pd.DataFrame


def _wide(rows: pd.DataFrame) -> _Wide:
    gravity = {status.value: rank for rank, status in enumerate(_GRAVITY)}
    ranked = rows.assign(status=rows["status"].map(gravity).astype(float))
    count, status, digit = (
        ranked.pivot(index="code", columns="characteristic", values=name)
        for name in ("count", "status", "digit")
    )
    # A characteristic without a row is not known; the file is complete unless someone cut it.
    return _Wide(count, status.fillna(float(_GRAVITY.index(Status.NO_DATA))), digit)


def _parts(wide: _Wide, indicator_id: str) -> pd.DataFrame:
    some, of = SHARES[indicator_id]
    both = [*some, of]
    denominator = wide.count[of]
    # Each count is rounded apart, so that a part may exceed its whole by a few: it is then the whole.
    numerator = wide.count[list(some)].sum(axis=1, skipna=False).clip(upper=denominator)
    gravest = wide.status[both].max(axis=1).astype(int)
    status = gravest.map({rank: name.value for rank, name in enumerate(_GRAVITY)})
    known = status.eq(Status.OK.value)
    return pd.DataFrame(
        {
            "numerator": numerator.where(known),
            "denominator": denominator.where(known),
            "status": status,
            "quality": wide.digit[both].max(axis=1),
        }
    )


def _cells(areas: _Wide, indicator_id: str) -> pd.DataFrame:
    parts = _parts(areas, indicator_id)
    named = parts.assign(cell_id="da:" + parts.index, indicator_id=indicator_id, period=_PERIOD)
    return named.reset_index(drop=True)


def _notes(profile: pd.DataFrame, areas: _Wide, cells: pd.DataFrame) -> tuple[Text, ...]:
    suppressed = cells["status"].eq(Status.SUPPRESSED.value).mean()
    doubtful = (cells["quality"] >= _CAUTION_DIGIT).mean()
    found = Text(
        f"{len(areas.count)} aires de diffusion ; {_comma(100 * suppressed, 1)} % des parts supprimées,"
        f" {_comma(100 * doubtful, 1)} % de qualité moindre (non-réponse de 20 % ou plus)",
        f"{len(areas.count)} dissemination areas; {100 * suppressed:.1f}% of shares suppressed,"
        f" {100 * doubtful:.1f}% of lesser quality (non-response of 20% or more)",
    )
    province = _wide(profile[profile["geo_level"] == _PROVINCE])
    return (found, *_against_province(province, cells)) if len(province.count) == 1 else (found,)


def _comma(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}".replace(".", ",")


def _against_province(province: _Wide, cells: pd.DataFrame) -> tuple[Text, ...]:
    """Hold the sum of the areas against the figure that the publisher gives for Québec."""
    sums = cells.groupby("indicator_id")[["numerator", "denominator"]].sum()
    of_areas = 100 * sums["numerator"] / sums["denominator"].where(sums["denominator"] > 0)
    published = pd.concat({name: _parts(province, name).iloc[0] for name in SHARES}, axis=1).T
    shares = 100 * published["numerator"].astype(float) / published["denominator"].astype(float)
    gap = (of_areas - shares).abs().dropna()
    if gap.empty:
        return ()
    worst = str(gap.idxmax())
    return (
        Text(
            f"Somme des aires et chiffre publié pour le Québec : au plus {_comma(gap[worst], 2)} point"
            f" d'écart ({worst})",
            f"Sum of the areas and figure published for Québec: at most {gap[worst]:.2f} point apart"
            f" ({worst})",
        ),
    )
