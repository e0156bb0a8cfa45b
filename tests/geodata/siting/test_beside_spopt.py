"""The same answers as spopt, whose models are written another way, on one instance of some size."""

import numpy as np
import pandas as pd
import pulp
import pytest
from spopt.locate import LSCP, MCLP, PCenter, PMedian

from geodata.access.costs import TravelCosts
from geodata.siting import Instance, Watch, cover_all, cover_most, least_farthest, least_minutes

# pulp 3 announces how its version 4 will be called, once a variable.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulp")

N, M, P, KEPT = 60, 14, 3, 2
RADIUS = 20.0
EXACT = Watch(gap=0.0)


@pytest.fixture(scope="module")
def minutes() -> np.ndarray:
    chance = np.random.default_rng(8)
    x, y = chance.random((2, N)), chance.random((2, M + KEPT))
    return 60 * np.hypot(x[0][:, None] - y[0], x[1][:, None] - y[1])


@pytest.fixture(scope="module")
def weights() -> np.ndarray:
    return np.random.default_rng(9).integers(1, 90, N).astype(float)


def ours(minutes: np.ndarray, weights: np.ndarray) -> Instance:
    demand = pd.Index([f"d{i}" for i in range(N)])
    sites = pd.Index([f"s{j}" for j in range(M + KEPT)])
    frame = pd.DataFrame(
        {
            "origin_id": demand.repeat(M + KEPT),
            "destination_id": np.tile(sites, N),
            "minutes": minutes.ravel(),
        }
    )
    trips = TravelCosts.from_frame(frame, origins=demand, sites=sites)
    return Instance.from_costs(trips, pd.Series(weights, demand), fixed=sites[M:], threshold_minutes=RADIUS)


def theirs(model: object) -> float:
    return float(pulp.value(model.solve(pulp.HiGHS(msg=False), results=False).problem.objective))  # type: ignore[attr-defined]


def test_the_four_classical_problems(minutes: np.ndarray, weights: np.ndarray) -> None:
    question = ours(minutes, weights)
    open_ = np.r_[np.zeros(M, int), np.ones(KEPT, int)]
    # spopt counts the existing sites in p and in the number to open.
    most = MCLP.from_cost_matrix(minutes, weights, RADIUS, P + KEPT, predefined_facilities_arr=open_)
    assert cover_most(question, P).objective == pytest.approx(theirs(most))
    near = minutes.min(axis=1) <= RADIUS
    all_ = LSCP.from_cost_matrix(minutes[near], RADIUS, predefined_facilities_arr=open_)
    assert cover_all(question).objective + KEPT == pytest.approx(theirs(all_))
    median = PMedian.from_cost_matrix(minutes, weights, P + KEPT, predefined_facilities_arr=open_)
    assert least_minutes(question, P, EXACT).objective == pytest.approx(theirs(median))
    center = PCenter.from_cost_matrix(minutes, P + KEPT, predefined_facilities_arr=open_)
    assert least_farthest(question, P).objective == pytest.approx(theirs(center))
