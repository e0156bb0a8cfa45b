"""Floating catchment areas: how much of a service people have in reach, and share with others.

Notation as in the formulas: ``P_i`` demand of origin i, ``S_j`` supply of site j, ``D_ij`` decay of their
cost. A pair that is absent from the costs is out of reach. Costs are read block by block, twice.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from geodata.access.catchment import Form, floating_catchment
from geodata.access.costs import TravelCosts
from geodata.access.decay import one_step, stepped

OUT_OF_REACH = "out_of_reach"
"""Attribute of a result: the origins with no site in reach, whose value is 0."""


def two_step_fca(
    costs: TravelCosts, demand: pd.Series, supply: pd.Series, threshold_minutes: float | pd.Series
) -> pd.Series:
    """Share each site among the people within a threshold, and sum what an origin reaches (2SFCA).

    ``R_j = S_j / Σ_{i: d_ij ≤ τ} P_i``; ``A_i = Σ_{j: d_ij ≤ τ} R_j`` (Luo & Wang 2003).

    Parameters
    ----------
    costs
        Minutes from origins to sites.
    demand
        People by origin, finite and 0 or more. An origin that is only here is out of reach of all; one
        that is only in the costs has no demand and still gets a value.
    supply
        Capacity by site, finite and 0 or more. A site of the costs that is not here is not offered.
    threshold_minutes
        Inclusive; one number, or one for each origin of the costs.

    Returns
    -------
    Series of float64
        Supply for one person, by ``origin_id``: those of ``demand`` in their order, then the others of
        the costs. 0 where no site is in reach, with the origin in ``attrs["out_of_reach"]``; null only
        for an origin that the costs say was not computed. ``attrs["without_demand"]`` holds the sites
        that nobody reaches, left out of the conservation law ``Σ_i P_i A_i = Σ_j S_j``.

    Raises
    ------
    AccessError
        If an input is not as above.
    ConservationError
        If the law does not hold.
    """
    decay = one_step(costs, threshold_minutes)
    return floating_catchment(costs, demand, supply, decay, Form.PLAIN, "two_step_fca")


def enhanced_two_step_fca(
    costs: TravelCosts,
    demand: pd.Series,
    supply: pd.Series,
    steps: Mapping[float, float],
    *,
    scale: pd.Series | None = None,
) -> pd.Series:
    """Do as :func:`two_step_fca` with a weight that falls with time (E2SFCA).

    ``R_j = S_j / Σ_i P_i D_ij``; ``A_i = Σ_j R_j D_ij`` (Luo & Qi 2009).

    Parameters
    ----------
    costs, demand, supply
        As for :func:`two_step_fca`.
    steps
        ``{inclusive upper minutes: weight}``, in any order; the weight is 0 beyond the last one.
    scale
        What the upper minutes of an origin are multiplied by, where thresholds differ by milieu.

    Returns
    -------
    Series of float64
        As for :func:`two_step_fca`.

    Raises
    ------
    AccessError, ConservationError
        As for :func:`two_step_fca`.
    """
    decay = stepped(costs, steps, scale)
    return floating_catchment(costs, demand, supply, decay, Form.PLAIN, "enhanced_two_step_fca")


def three_step_fca(
    costs: TravelCosts,
    demand: pd.Series,
    supply: pd.Series,
    steps: Mapping[float, float],
    *,
    scale: pd.Series | None = None,
) -> pd.Series:
    """Do as :func:`enhanced_two_step_fca` with people choosing among the sites in reach (3SFCA).

    ``G_ij = D_ij / Σ_k D_ik``; ``R_j = S_j / Σ_i G_ij P_i D_ij``; ``A_i = Σ_j G_ij R_j D_ij``
    (Wan, Zou & Sternberg 2012), k among the sites offered.

    Parameters
    ----------
    costs, demand, supply, steps, scale
        As for :func:`enhanced_two_step_fca`.

    Returns
    -------
    Series of float64
        As for :func:`two_step_fca`.

    Raises
    ------
    AccessError, ConservationError
        As for :func:`two_step_fca`.
    """
    decay = stepped(costs, steps, scale)
    return floating_catchment(costs, demand, supply, decay, Form.CHOSEN, "three_step_fca")


def balanced_fca(
    costs: TravelCosts,
    demand: pd.Series,
    supply: pd.Series,
    steps: Mapping[float, float],
    *,
    scale: pd.Series | None = None,
) -> pd.Series:
    """Share demand among sites and service among zones without counting either twice (BFCA).

    ``wi_ij = D_ij / Σ_j D_ij``; ``wj_ij = D_ij / Σ_i D_ij``; ``L_j = S_j / Σ_i P_i wi_ij``;
    ``A_i = Σ_j L_j wj_ij`` (Páez, Higgins & Vivona 2019), j among the sites offered, i all origins of the
    costs. The result is a level of service by zone: it depends on the number of zones, is never services
    for one person, and is never compared between levels. The law is ``Σ_i A_i = Σ_j L_j``.

    Parameters
    ----------
    costs, demand, supply, steps, scale
        As for :func:`enhanced_two_step_fca`.

    Returns
    -------
    Series of float64
        As for :func:`two_step_fca`, in levels of service.

    Raises
    ------
    AccessError, ConservationError
        As for :func:`two_step_fca`.
    """
    decay = stepped(costs, steps, scale)
    return floating_catchment(costs, demand, supply, decay, Form.BALANCED, "balanced_fca")


def out_of_reach(result: pd.Series) -> pd.Series:
    """Tell which origins of a result have no site in reach, as a Series of bool by ``origin_id``."""
    flagged = result.index.isin(list(result.attrs[OUT_OF_REACH]))
    return pd.Series(flagged, index=result.index, name=OUT_OF_REACH)
