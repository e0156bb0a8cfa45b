"""As the crow flies: kilometres by hand, the same pairs as all distances, and what is said of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

from geodata.access import crow
from geodata.access.costs import Engine, Mode
from geodata.access.errors import AccessError
from geodata.access.points import Points
from geodata.access.straight_line import Pace, straight_line
from geodata.text import Language

KINDS = ("urban", "periurban", "rural", "remote", "unknown")
AS_IT_IS = Pace(detour=dict.fromkeys(KINDS, 1.0), drive_kmh=dict.fromkeys(KINDS, 60.0))
"""A kilometre is a minute."""


def _points(count: int, seed: int, prefix: str) -> Points:
    """Draw places of a town of 20 km and of the country around it, 200 km wide."""
    chance = np.random.default_rng(seed)
    spread = np.where(chance.random(count) < 0.6, 0.08, 0.8)
    ids = pd.Index([f"{prefix}{i}" for i in range(count)])
    return Points(ids, -72.5 + chance.normal(0, spread), 46.3 + chance.normal(0, 0.7 * spread))


def test_a_cost_by_hand() -> None:
    # One hundredth of a degree of latitude is about 1.11 km: × 1.3 at 35 km/h, × 1.4 at 65 km/h.
    origins = Points(pd.Index(["town", "field"]), np.array([-73.6, -73.6]), np.array([45.5, 45.5]))
    sites = Points(pd.Index(["north", "here"]), np.array([-73.6, -73.6]), np.array([45.51, 45.5]))
    milieu = pd.Series({"field": "rural", "town": "urban"})
    costs = straight_line(origins, sites, mode=Mode.DRIVE, cutoff_minutes=30, milieu=milieu)
    found = costs.frame().set_index(["origin_id", "destination_id"])
    _, _, metres = Geod(ellps="GRS80").inv(-73.6, 45.5, -73.6, 45.51)
    assert found.loc[("town", "north"), "km"] == pytest.approx(1.3 * metres / 1000, rel=0.01)
    assert found.loc[("town", "north"), "minutes"] == pytest.approx(1.3 * metres / 1000 / 35 * 60, rel=0.01)
    assert found.loc[("field", "north"), "km"] == pytest.approx(1.4 * metres / 1000, rel=0.01)
    assert found.loc[("field", "north"), "minutes"] == pytest.approx(1.4 * metres / 1000 / 65 * 60, rel=0.01)
    assert found.loc[("town", "here")].tolist() == [0.0, 0.0]
    assert (found.xs("north", level=1)["minutes"] > 0).all()
    on_foot = straight_line(origins, sites, mode=Mode.WALK, cutoff_minutes=30, milieu=milieu).frame()
    assert on_foot.minutes.max() == pytest.approx(1.4 * metres / 1000 / 4.8 * 60, rel=0.01)


@pytest.mark.parametrize("workers", [1, 2])
def test_every_pair_within_the_cutoff_and_no_other(monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    monkeypatch.setattr(crow, "WORKERS", workers)
    monkeypatch.setattr(crow, "PAIRS_A_BLOCK", 3_000)
    monkeypatch.setattr(crow, "TILE", 16)
    origins, sites = _points(500, 1, "o"), _points(60, 2, "s")
    milieu = pd.Series(np.random.default_rng(3).choice(KINDS, 500), index=origins.ids)
    costs = straight_line(origins, sites, mode=Mode.DRIVE, cutoff_minutes=20, milieu=milieu)
    pace = Pace()
    km = np.hypot(origins.x_m[:, None] - sites.x_m, origins.y_m[:, None] - sites.y_m) / 1000
    km *= pace.detours(milieu)[:, None]
    minutes = km / pace.speeds(milieu, Mode.DRIVE)[:, None] * 60
    at, to = np.nonzero(minutes <= 20)  # in the order of blocks: by origin, then by site
    blocks = list(costs.blocks())
    assert len(blocks) > 2
    assert [block.first for block in blocks] == [0, *np.cumsum([b.rows for b in blocks])[:-1]]
    assert blocks[-1].end == 500
    found = costs.frame()
    assert found.origin_id.tolist() == origins.ids[at].tolist()
    assert found.destination_id.tolist() == sites.ids[to].tolist()
    np.testing.assert_allclose(found.minutes, minutes[at, to], rtol=1e-12)
    np.testing.assert_allclose(found.km, km[at, to], rtol=1e-12)


def test_a_reading_that_stops_early_leaves_no_thread_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crow, "MOST_ROWS", 10)
    costs = straight_line(_points(200, 1, "o"), _points(9, 2, "s"), mode=Mode.DRIVE, cutoff_minutes=20)
    reading = costs.blocks()
    assert next(reading).first == 0
    reading.close()
    assert len(list(costs.blocks())) == 20


def test_without_a_site_or_an_origin_costs_have_no_pair() -> None:
    some, none = _points(3, 1, "o"), _points(0, 1, "s")
    nowhere = straight_line(some, none, mode=Mode.WALK, cutoff_minutes=15)
    assert [block.counts.tolist() for block in nowhere.blocks()] == [[0, 0, 0]]
    assert len(straight_line(none, some, mode=Mode.WALK, cutoff_minutes=15).frame()) == 0


def test_a_site_farther_than_everybody_is_in_no_row() -> None:
    far = Points(pd.Index(["kuujjuaq"]), np.array([-68.4]), np.array([58.1]))
    costs = straight_line(_points(5, 1, "o"), far, mode=Mode.DRIVE, cutoff_minutes=60)
    assert len(costs.frame()) == 0
    assert costs.origins.size == 5


@pytest.mark.parametrize("cutoff", [0, -1, np.nan, np.inf])
def test_a_cutoff_that_is_none_is_refused(cutoff: float) -> None:
    with pytest.raises(AccessError, match="cutoff_minutes"):
        straight_line(_points(2, 1, "o"), _points(2, 2, "s"), mode=Mode.WALK, cutoff_minutes=cutoff)


def test_transit_and_unknown_milieux_are_refused() -> None:
    places = _points(2, 1, "o")
    with pytest.raises(AccessError, match="GTFS"):
        straight_line(places, places, mode=Mode.TRANSIT, cutoff_minutes=30)
    milieu = pd.Series({"o0": "lunaire"})
    with pytest.raises(AccessError, match="lunaire"):
        straight_line(places, places, mode=Mode.WALK, cutoff_minutes=30, milieu=milieu)


@pytest.mark.parametrize(
    "wrong",
    [
        {"walk_kmh": 0},
        {"walk_kmh": np.nan},
        {"drive_kmh": {"urban": -1.0}},
        {"detour": {"urban": 0.9}},
        {"detour": {"lunaire": 1.3}},
        {"detour": {"urban": np.inf}},
    ],
)
def test_a_pace_that_is_none_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(AccessError):
        Pace(**wrong)  # type: ignore[arg-type]


def test_a_milieu_that_a_pace_does_not_name_keeps_its_default() -> None:
    pace = Pace(detour={"rural": 1.6})
    assert (pace.detour["rural"], pace.detour["urban"]) == (1.6, 1.3)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "fr",
            "À vol d'oiseau × 1,3 (urbain) ou × 1,4 (rural), en voiture à 35 km/h (urbain) ou 65 km/h (rural)"
            " : des hypothèses, à ± 20 % près.",
        ),
        (
            "en",
            "As the crow flies × 1.3 (urban) or × 1.4 (rural), driving at 35 km/h (urban) or 65 km/h (rural):"
            " assumptions, give or take 20%.",
        ),
    ],
)
def test_what_is_assumed_is_said_in_one_sentence(language: Language, sentence: str) -> None:
    places = _points(2, 1, "o")
    milieu = pd.Series({"o0": "urban", "o1": "rural"})
    facts = straight_line(places, places, mode=Mode.DRIVE, cutoff_minutes=30, milieu=milieu).facts
    assert facts.said.in_language(language).replace("\u00a0", " ") == sentence
    assert (facts.engine, facts.mode, facts.doubt) == (Engine.STRAIGHT_LINE, Mode.DRIVE, 0.20)
    alone = straight_line(places, places, mode=Mode.WALK, cutoff_minutes=30).facts
    assert "× 1,4, à pied à 4,8 km/h" in alone.said.fr.replace("\u00a0", " ")


def test_a_kilometre_a_minute() -> None:
    places = _points(30, 1, "o")
    found = straight_line(places, places, mode=Mode.DRIVE, cutoff_minutes=15, pace=AS_IT_IS).frame()
    np.testing.assert_allclose(found.minutes, found.km)
    assert found.km.max() <= 15
