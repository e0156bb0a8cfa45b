import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon, box

from geodata.crs import METRIC_CRS
from geodata.errors import CrsError, JoinError
from geodata.generalise import TOLERANCE_M, generalise
from geodata.model import Level


def layer(shapes, crs=4326):
    ids = [f"mrc:{i}" for i in range(len(shapes))]
    return gpd.GeoDataFrame({"territory_id": ids, "kept": range(len(shapes))}, geometry=list(shapes), crs=crs)


def in_metres(shapes):
    """Lay shapes drawn in metres around Trois-Rivières."""
    moved = shapely.transform(
        np.array(shapes, dtype=object), lambda xy: xy + np.array([-100_000.0, 260_000.0])
    )
    return layer(list(gpd.GeoSeries(moved, crs=METRIC_CRS).to_crs(4326)))


def wavy(x0, x1, y0, y1, shared_at):
    """A rectangle whose border at ``shared_at`` wiggles, the same seen from both sides."""
    wiggle = [(shared_at + 40 * np.sin(i), y) for i, y in enumerate(np.linspace(y0, y1, 200))]
    far = x0 if shared_at == x1 else x1
    return Polygon([*wiggle, (far, y1), (far, y0)])


def area_km2(frame):
    return frame.to_crs(METRIC_CRS).area.to_numpy() / 1e6


def points_in(frame):
    return len(frame.get_coordinates())


def test_neighbours_stay_edge_to_edge():
    pair = in_metres([wavy(0, 10_000, 0, 8_000, 10_000), wavy(10_000, 20_000, 0, 8_000, 10_000)])
    light = generalise(pair, Level.MRC)
    assert points_in(light) < points_in(pair) / 4
    assert light.geometry.iloc[0].intersection(light.geometry.iloc[1]).area == 0
    assert shapely.coverage_is_valid(light.geometry.to_numpy())
    assert area_km2(light).sum() == pytest.approx(area_km2(pair).sum(), rel=1e-3)


def test_almost_matching_borders_are_cleaned():
    overlap = in_metres([box(0, 0, 10_000, 8_000), box(9_990, 0, 20_000, 8_000)])
    light = generalise(overlap, Level.CT)
    assert light.geometry.iloc[0].intersection(light.geometry.iloc[1]).area < 1e-9
    assert area_km2(light) == pytest.approx(area_km2(overlap), rel=0.01)


def test_a_village_inside_its_parish_is_kept_and_drawn_over_it():
    village, parish = box(4_000, 4_000, 5_000, 5_000), box(0, 0, 12_000, 12_000)
    light = generalise(in_metres([village, parish]), Level.MUNICIPALITY)
    assert light["territory_id"].tolist() == ["mrc:1", "mrc:0"]
    assert area_km2(light) == pytest.approx([144.0, 1.0], rel=0.01)


def test_cleaning_that_would_erase_a_territory_is_given_up():
    inside, around = box(4_000, 4_000, 5_000, 5_000), box(0, 0, 12_000, 12_000)
    light = generalise(in_metres([inside, around]), Level.QUARTIER).set_index("territory_id")
    assert area_km2(light.loc[["mrc:0", "mrc:1"]]) == pytest.approx([1.0, 144.0], rel=0.01)


def test_a_tiny_island_keeps_a_shape():
    island = Point(50_000, 50_000).buffer(30)
    light = generalise(in_metres([box(0, 0, 10_000, 10_000), island]), Level.PROVINCE)
    assert not light.geometry.is_empty.any()
    assert light.is_valid.all()
    assert area_km2(light)[1] > 0


def test_islets_go_and_the_largest_part_stays():
    archipelago = MultiPolygon([box(0, 0, 5_000, 5_000), box(20_000, 0, 20_010, 10)])
    (kept,) = generalise(in_metres([archipelago]), Level.REGION).geometry
    assert shapely.get_num_geometries(kept) == 1


def test_a_bow_tie_is_repaired():
    tie = Polygon([(0, 0), (5_000, 5_000), (5_000, 0), (0, 5_000)])
    light = generalise(in_metres([tie, box(20_000, 0, 30_000, 9_000)]), Level.CLSC)
    assert light.is_valid.all()


def test_points_and_null_shapes_pass_untouched():
    frame = layer([Point(-71.2, 46.8), None, box(-72.0, 46.0, -71.9, 46.1)])
    light = generalise(frame, Level.DA)
    assert light.geometry.iloc[0] == frame.geometry.iloc[0]
    assert light.geometry.iloc[1] is None
    assert light["kept"].tolist() == [0, 1, 2]
    only_points = layer([Point(-71.2, 46.8), Point(-71.3, 46.8)])
    assert generalise(only_points, Level.DA).geometry.equals(only_points.geometry)


def test_coordinates_are_rounded_to_a_metre():
    light = generalise(in_metres([box(0, 0, 10_000, 10_000)]), Level.MRC)
    steps = light.get_coordinates().to_numpy() / 1e-5
    assert np.allclose(steps, np.round(steps), atol=1e-4)


def test_another_system_and_a_double_are_refused():
    with pytest.raises(CrsError):
        generalise(in_metres([box(0, 0, 9_000, 9_000)]).to_crs(METRIC_CRS), Level.MRC)
    twice = in_metres([box(0, 0, 9_000, 9_000), box(9_000, 0, 18_000, 9_000)])
    twice["territory_id"] = "mrc:1"
    with pytest.raises(JoinError, match="mrc:1"):
        generalise(twice, Level.MRC)


def test_every_published_level_has_a_tolerance():
    assert set(TOLERANCE_M) == set(Level) - {Level.CUSTOM}


@pytest.mark.parametrize(
    ("file", "level", "key", "fewer"),
    [
        ("qc_mrc/mrc_104_land.parquet", Level.MRC, "MRC_code", 0.5),
        ("statcan_csd_2021/csd_2021_simplified.parquet", Level.MUNICIPALITY, "CSDUID", 0.9),
        ("montreal_neighbourhoods/mtl_quartiers_sociologiques.parquet", Level.QUARTIER, None, 0.5),
    ],
)
def test_real_layers_lose_points_and_no_territory(mirror, file, level, key, fewer):
    raw = gpd.read_parquet(mirror / file).to_crs(4326)
    raw["territory_id"] = raw[key] if key else raw.index.astype(str)
    light = generalise(raw, level)
    assert sorted(light["territory_id"]) == sorted(raw["territory_id"])
    assert light.is_valid.all()
    assert not light.geometry.is_empty.any()
    assert points_in(light) < points_in(raw) * fewer
    before = raw.set_index("territory_id").to_crs(METRIC_CRS).area
    after = light.set_index("territory_id").to_crs(METRIC_CRS).area
    change = (after / before - 1).abs()
    # A sliver of a few hectares cannot be kept to the metre.
    assert change[before > 100_000].max() < 0.03
