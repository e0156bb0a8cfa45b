"""Invariants of figures and places that hold for any vintage: recomputed, never trusted."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geodata.confidential import names_a_confidential_place
from geodata.duplicates import counted_services
from geodata.errors import ConservationError
from geodata.model import Aggregation, Indicator, Level
from geodata.package import Package
from geodata.schemas import PARENT_COLUMNS
from geodata.text import Text

_BOUNDS: Final = {
    "percent": (0.0, 100.0),
    "points": (0.0, 100.0),
    "dimensions": (0.0, 6.0),
    "index": (0.0, 1.0),
}
_CHANGES: Final = frozenset({"population_growth_pct"})
"""Shares of change, which may be negative or above 100 %."""

_METHODS: Final = {
    "arrondissement-mtl": {"area_overlap"},
    "quartier-mtl": {"area_overlap"},
    "quartier-qc": {"point"},
    "table-mtl": {"crosswalk"},
}
"""How an area joins a territory, by prefix; elsewhere the publisher's code says it."""


def broken(fr: str, en: str, where: str) -> ConservationError:
    """Say that an invariant does not hold."""
    return ConservationError(
        Text(fr, en), where=where, hint=Text("refaites le paquet", "build the package again")
    )


def plausible(package: Package) -> Text:
    """Every value is finite and within what its unit allows."""
    rows = package.observations[package.observations["value"].notna()]
    if not np.isfinite(rows["value"]).all():
        bad = rows[~np.isfinite(rows["value"])].iloc[0]
        raise broken(
            "une valeur est infinie", "a value is infinite", f"{bad['indicator_id']} {bad['territory_id']}"
        )
    for indicator in package.indicators.values():
        low, high = _bounds(indicator)
        own = rows[rows["indicator_id"] == indicator.id]
        outside = own[(own["value"] < low - 1e-9) | (own["value"] > high + 1e-9)]
        if len(outside):
            bad = outside.iloc[0]
            raise broken(
                f"{bad['value']:.6g} est hors du possible",
                f"{bad['value']:.6g} is impossible",
                f"{indicator.id} {bad['territory_id']}",
            )
    return Text(f"{len(rows)} valeurs possibles", f"{len(rows)} possible values")


def _bounds(indicator: Indicator) -> tuple[float, float]:
    if indicator.id in _CHANGES:
        return -100.0, np.inf
    if indicator.unit.id == "score":
        # A standardised score: some areas of long-term residences reach 17 standard deviations, none 50.
        return -50.0, 50.0
    return _BOUNDS.get(indicator.unit.id, (0.0, np.inf))


def complete(package: Package) -> Text:
    """Every indicator has a figure at each of its levels and periods: lost content is seen."""
    rows = package.observations[package.observations["value"].notna()]
    level = package.territories["level"].reindex(rows["territory_id"]).to_numpy()
    found = set(zip(rows["indicator_id"], rows["period"], strict=True))
    at_level = set(zip(rows["indicator_id"], level, strict=True))
    for indicator in package.indicators.values():
        for period in indicator.periods:
            if (indicator.id, period) not in found:
                raise broken(
                    "une période n'a aucune valeur", "a period has no value", f"{indicator.id} {period}"
                )
        for declared in indicator.levels:
            if (indicator.id, declared.value) not in at_level:
                raise broken(
                    "un niveau n'a aucune valeur", "a level has no value", f"{indicator.id} {declared.value}"
                )
    if package.postal_codes.empty or package.locations.empty:
        raise broken(
            "les codes postaux ou les lieux manquent", "postal codes or places are missing", "locations"
        )
    return Text("aucun indicateur sans valeur", "no indicator without a value")


def recomputed(package: Package) -> Text:
    """Each figure is its numerator over its denominator, and each sum over areas is made again."""
    rows = package.observations
    scales = {i.id: i.scale for i in package.indicators.values() if i.aggregation is not Aggregation.NONE}
    ratios = rows[rows["indicator_id"].isin(scales) & rows["value"].notna() & rows["denominator"].notna()]
    made = ratios["numerator"] / ratios["denominator"] * ratios["indicator_id"].map(scales)
    # Parts are written to six decimals.
    near = np.isclose(made, ratios["value"], rtol=1e-5, atol=1e-5)
    if not near.all():
        bad = ratios[~near].iloc[0]
        raise broken("un taux n'est pas son quotient", "a rate is not its quotient",
                     f"{bad['indicator_id']} {bad['territory_id']}")  # fmt: skip
    sums = [i for i in package.indicators.values() if i.base_level is Level.DA and Level.DA in i.levels]
    for indicator in sums:
        if indicator.aggregation in (Aggregation.SUM, Aggregation.POPULATION_MEAN):
            _sums_again(package, indicator)
    return Text(f"{len(ratios)} quotients, sommes refaites", f"{len(ratios)} quotients, sums made again")


def _sums_again(package: Package, indicator: Indicator) -> None:
    rows = package.observations[package.observations["indicator_id"] == indicator.id].set_index(
        "territory_id"
    )
    members = package.membership[package.membership["census_year"] == 2021]
    parts = rows["numerator"].reindex(members["da_id"]).to_numpy() * members["fraction"].to_numpy()
    total = pd.Series(parts, index=members["territory_id"]).groupby(level=0).sum()
    written = rows["numerator"][rows["value"].notna() & rows.index.isin(total.index)]
    near = np.isclose(written, total.reindex(written.index), rtol=1e-6, atol=1e-3)
    if not near.all():
        raise broken(
            "une somme d'aires diffère", "a sum of areas differs", f"{indicator.id} {written.index[~near][0]}"
        )


def counted(package: Package) -> Text:
    """Places are counted again from where they are, and the two tables of counts agree."""
    counting = counted_services(package.services, package.locations)
    placed = counting.merge(package.location_territories, on="location_id")
    again = placed.groupby(["territory_id", "category"])["location_id"].nunique()
    access = package.access[package.access["measure"].eq("count") & package.access["value"].notna()]
    keys = pd.MultiIndex.from_frame(access[["territory_id", "category"]])
    expected = again.reindex(keys, fill_value=0).to_numpy()
    if not (access["value"].to_numpy() == expected).all():
        bad = access[access["value"].to_numpy() != expected].iloc[0]
        raise broken(
            "un compte de lieux diffère",
            "a count of places differs",
            f"{bad['territory_id']} {bad['category']}",
        )
    figures = package.observations[package.observations["indicator_id"].isin(access["category"] + "_count")]
    observed = figures.set_index(["territory_id", "indicator_id"])["value"]
    named = pd.MultiIndex.from_arrays([access["territory_id"], access["category"] + "_count"])
    shared = named.isin(observed.index)
    pairs = observed.reindex(named[shared]).to_numpy()
    if not (pairs == access["value"].to_numpy()[shared]).all():
        raise broken("carte et liste ne s'accordent pas", "map and listing do not agree", "access")
    return Text(f"{len(access)} comptes refaits", f"{len(access)} counts made again")


def nobody_exposed(package: Package) -> Text:
    """No place or organisation is listed whose name says that its address protects someone."""
    for name in ("locations", "services", "organizations"):
        table = getattr(package, name)
        exposed = table["name"].map(names_a_confidential_place)
        if exposed.any():
            raise broken("un lieu confidentiel est listé", "a confidential place is listed",
                         f"{name}, {int(exposed.sum())}")  # fmt: skip
    return Text("aucun lieu confidentiel", "no confidential place")


def connected(package: Package) -> Text:
    """Parents exist, and each area joins its territories the way that its level allows."""
    known = set(package.territories["territory_id"])
    for column in PARENT_COLUMNS:
        unknown = set(package.territories[column].dropna()) - known
        if unknown:
            raise broken("un territoire parent est inconnu", "a parent territory is unknown", min(unknown))
    rows = package.membership
    prefix = rows["territory_id"].str.partition(":")[0]
    for found, methods in rows["method"].groupby(prefix).unique().items():
        if not set(methods) <= _METHODS.get(str(found), {"published_code"}):
            raise broken(
                "une appartenance est d'une autre méthode", "a membership has another method", str(found)
            )
    codes = package.observations[package.observations["indicator_id"].eq("population_msss")]
    level = package.territories["level"].reindex(codes["territory_id"]).to_numpy()
    totals = codes.groupby([level, "period"])["value"].sum().unstack()
    if not np.allclose(totals, totals.loc["province"], rtol=1e-9):
        raise broken(
            "un niveau sociosanitaire ne fait pas le Québec",
            "a health level does not sum to Québec",
            "population_msss",
        )
    return Text("parents et méthodes connus", "parents and methods known")
