"""The order of the places that an answer opens, beside the plain way of finding it."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from geodata.siting.answer import in_order


@pytest.mark.parametrize("seed", range(20))
def test_each_place_is_the_one_that_adds_the_most_to_those_before_it(seed: int) -> None:
    draw = np.random.default_rng(seed)
    minutes = draw.integers(1, 30, (25, 9)).astype(float) * (draw.random((25, 9)) < 0.5)
    far = np.where(minutes > 0, minutes, np.inf)
    limit = draw.integers(5, 25, 25).astype(float)
    weights, fixed = draw.integers(0, 5, 25).astype(float), np.full(25, np.inf)
    made: Any = SimpleNamespace(
        demand=range(25), weights=weights, minutes=sparse.csr_array(minutes), fixed_minutes=fixed
    )
    longest = 1.0 + minutes.max()

    def worth(opened: list[int]) -> tuple[float, float]:
        nearest = far[:, opened].min(axis=1)
        return float(weights @ (nearest <= limit)), -float(weights @ np.minimum(nearest, longest))

    order = in_order(made, np.arange(9), limit).tolist()
    assert sorted(order) == list(range(9))
    for at, place in enumerate(order):
        before, others = order[:at], order[at:]
        assert worth([*before, place]) == max(worth([*before, other]) for other in others)
