"""Costs along streets: by hand, against networkx, and whatever the chunks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.access.costs import TravelCosts
from geodata.access.facts import Mode
from geodata.access.points import Points
from geodata.networks import pool, searching
from geodata.networks.errors import NetworkError, TooManyPairsError
from geodata.networks.graph import RoadGraph
from geodata.networks.pool import in_process, in_processes
from geodata.networks.routing import network_costs
from geodata.networks.solving import Chunk, ChunkResult, Payload, Runner
from tests.geodata.networks.roads import Place, network, places

SIDE = 5
NODES = {f"{x}-{y}": (300.0 * x, 300.0 * y) for x in range(SIDE) for y in range(SIDE)}


def costs(
    graph: RoadGraph,
    origins: Points,
    sites: Points,
    mode: Mode = Mode.DRIVE,
    cutoff: float = 60,
    run: Runner = in_process,
) -> TravelCosts:
    return network_costs(graph, origins, sites, mode=mode, cutoff_minutes=cutoff, run=run)


def pairs(found: TravelCosts) -> dict[tuple[str, str], float]:
    frame = found.frame()
    return dict(
        zip(zip(frame["origin_id"], frame["destination_id"], strict=True), frame["minutes"], strict=True)
    )


def grid(speeds: Sequence[float], one_way: Sequence[bool]) -> RoadGraph:
    drawn = [
        [NODES[f"{x}-{y}"], NODES[f"{x + dx}-{y + dy}"]]
        for x in range(SIDE)
        for y in range(SIDE)
        for dx, dy in ((1, 0), (0, 1))
        if x + dx < SIDE and y + dy < SIDE
    ]
    return network(drawn, list(speeds), backward=[not only for only in one_way])


ROADS = 2 * SIDE * (SIDE - 1)
random_grid = st.builds(
    grid,
    st.lists(st.sampled_from([20.0, 30.0, 50.0, 90.0]), min_size=ROADS, max_size=ROADS),
    st.lists(st.booleans(), min_size=ROADS, max_size=ROADS),
)


def test_snap_and_ride_add_up_by_hand() -> None:
    graph = network([[(0, 0), (1000, 0)], [(1000, 0), (2000, 0)]], [60.0, 30.0])
    found = costs(graph, places({"a": (500, 80)}), places({"s": (1500, 0)})).frame()
    # 80 m on foot: 1 min; 500 m at 60: 0.5 min; 500 m at 30: 1 min.
    assert found["minutes"].tolist() == pytest.approx([2.5], abs=1e-4)
    assert found["km"].tolist() == pytest.approx([1.08], abs=1e-3)


@pytest.mark.parametrize(
    ("origin", "site", "minutes"), [((200, 0), (700, 0), 0.5), ((700, 0), (200, 0), 3.5)]
)
def test_on_one_one_way_street_ahead_is_near_and_behind_is_around_the_block(
    origin: Place, site: Place, minutes: float
) -> None:
    block = [[(0, 0), (1000, 0)], [(1000, 0), (1000, 1000)], [(1000, 1000), (0, 1000)], [(0, 1000), (0, 0)]]
    found = costs(network(block, backward=False), places({"a": origin}), places({"s": site}))
    assert pairs(found) == pytest.approx({("a", "s"): minutes}, abs=1e-4)


def test_two_places_at_one_point_cost_nothing_but_the_walk() -> None:
    found = costs(
        network([[(0, 0), (1000, 0)]], backward=False), places({"a": (300, 0)}), places({"s": (300, 0)})
    )
    assert pairs(found) == pytest.approx({("a", "s"): 0.0}, abs=1e-4)


@settings(max_examples=5, deadline=None)
@given(graph=random_grid)
def test_the_same_times_as_networkx(graph: RoadGraph) -> None:
    oracle = nx.DiGraph()
    arcs = graph.arcs(Mode.DRIVE)
    oracle.add_weighted_edges_from(
        zip(arcs.tail.tolist(), arcs.head.tolist(), arcs.minutes.tolist(), strict=True)
    )
    names = dict(zip(np.lexsort((graph.y_m, graph.x_m)).tolist(), sorted(NODES), strict=True))
    expected = {
        (names[start], names[end]): minutes
        for start, ends in nx.all_pairs_dijkstra_path_length(oracle, cutoff=3)
        for end, minutes in ends.items()
    }
    everywhere = places(NODES)
    few = everywhere.take(sorted(NODES)[:7])
    from_origins = pairs(costs(graph, few, everywhere, cutoff=3))
    from_sites = pairs(costs(graph, everywhere, few, cutoff=3))
    sure = {pair: minutes for pair, minutes in expected.items() if minutes < 3 - 1e-3}
    for found, chosen in ((from_origins, 0), (from_sites, 1)):
        wanted = {pair: m for pair, m in sure.items() if pair[chosen] in set(few.ids)}
        assert {pair: found.get(pair) for pair in wanted} == pytest.approx(wanted, abs=1e-4)


@settings(max_examples=3, deadline=None)
@given(graph=random_grid)
def test_walking_is_symmetric_and_no_detour_is_shorter(graph: RoadGraph) -> None:
    everywhere = places(NODES)
    table = np.full((len(NODES), len(NODES)), np.inf)
    block = next(costs(graph, everywhere, everywhere, Mode.WALK).blocks())
    table[block.rows_of_pairs(), block.site] = block.minutes
    assert table == pytest.approx(table.T, abs=1e-6)
    assert (table[:, :, None] + table[None, :, :]).min(axis=1) == pytest.approx(table, abs=1e-4)


def test_the_numbers_are_the_same_in_other_processes_and_other_chunks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = grid([30.0, 50.0] * (ROADS // 2), [False, True, False, False] * (ROADS // 4))
    everywhere = places(NODES)
    here = costs(graph, everywhere, everywhere).frame()
    there = costs(graph, everywhere, everywhere, run=partial(in_processes, count=1)).frame()
    monkeypatch.setattr(searching, "_FEWEST_CHUNKS", 2)
    larger = costs(graph, everywhere, everywhere).frame()
    assert len(here) > 400
    assert here.equals(there)
    assert here.equals(larger)


def test_what_a_dead_process_left_is_solved_here(monkeypatch: pytest.MonkeyPatch) -> None:
    # Its files are missing: the process ends at once.
    monkeypatch.setattr(pool, "write_payload", lambda payload, folder: None)
    graph, everywhere = grid([30.0] * ROADS, [False] * ROADS), places(NODES)
    found = costs(graph, everywhere, everywhere, run=partial(in_processes, count=1))
    assert len(found.frame()) == len(NODES) ** 2


def test_what_a_runner_does_not_give_back_is_told_incomplete() -> None:
    def half(payload: Payload, chunks: Sequence[Chunk]) -> Iterator[ChunkResult]:
        return in_process(payload, chunks[:2])

    graph, everywhere = grid([30.0] * ROADS, [False] * ROADS), places(NODES)
    few = everywhere.take(sorted(NODES)[:4])
    assert costs(graph, few, everywhere, run=half).facts.incomplete == tuple(sorted(NODES)[2:4])
    assert costs(graph, everywhere, few, run=half).facts.incomplete == tuple(everywhere.ids)


def test_the_cutoff_is_included() -> None:
    graph = network([[(0, 0), (1000, 0)], [(1000, 0), (4000, 0)]])
    found = costs(graph, places({"a": (0, 0)}), places({"s": (1000, 0), "t": (4000, 0)}), cutoff=1.0)
    assert [site for _, site in pairs(found)] == ["s"]


@pytest.mark.parametrize("cutoff", [0, -5, np.nan, np.inf, 10_000])
def test_a_time_that_cannot_be_looked_for_is_refused(cutoff: float) -> None:
    point = places({"a": (0, 0)})
    with pytest.raises(NetworkError, match="temps maximal"):
        costs(network([[(0, 0), (1000, 0)]]), point, point, cutoff=cutoff)


def test_an_island_is_out_of_reach_and_named() -> None:
    graph = network([[(0, 0), (1000, 0)], [(0, 9000), (1000, 9000)]])
    sites = places({"shore": (900, 0), "island": (500, 8990), "river": (500, 4500)})
    found = costs(graph, places({"a": (100, 0), "b": (0, 9000)}), sites)
    assert sorted(pairs(found)) == [("a", "shore"), ("b", "island")]
    assert found.facts.site_snap_m is not None
    assert found.facts.site_snap_m["river"] == pytest.approx(4500, abs=1)
    said = " ".join(text.en for text in found.facts.approximations)
    assert "more than 3,000 m from a street" in said


def test_no_site_and_no_origin() -> None:
    graph, point, nothing = network([[(0, 0), (1000, 0)]]), places({"a": (0, 0)}), places({})
    for origins, sites in ((point, nothing), (nothing, point)):
        found = costs(graph, origins, sites)
        assert found.frame().empty
        assert (len(found.origins), len(found.sites)) == (len(origins), len(sites))


def test_too_many_pairs_are_refused_before_memory_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST_PAIRS", 100)
    everywhere = places(NODES)
    with pytest.raises(TooManyPairsError, match="mémoire"):
        costs(grid([30.0] * ROADS, [False] * ROADS), everywhere, everywhere)


def test_progress_is_told_to_the_end() -> None:
    seen: list[tuple[int, int]] = []
    graph, everywhere = grid([30.0] * ROADS, [False] * ROADS), places(NODES)
    network_costs(
        graph,
        everywhere,
        everywhere,
        mode=Mode.WALK,
        cutoff_minutes=30,
        run=in_process,
        progress=lambda done, every: seen.append((done, every)),
    )
    assert seen[-1] == (len(NODES), len(NODES))
