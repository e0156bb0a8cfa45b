import json
from itertools import accumulate

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from geodata.errors import CrsError, PackageError
from geodata.topology import encode, ids

HOLED = Polygon(
    [(-72.0, 46.0), (-71.0, 46.0), (-71.0, 47.0), (-72.0, 47.0)],
    [[(-71.8, 46.2), (-71.2, 46.2), (-71.2, 46.8), (-71.8, 46.8)]],
)
TWO_PARTS = MultiPolygon([box(-70.5, 46.0, -70.0, 46.5), box(-69.5, 46.0, -69.0, 46.5)])


def layer(*shapes):
    names = [f"T{i}" for i in range(len(shapes))]
    return gpd.GeoDataFrame(
        {
            "territory_id": [f"mrc:{i}" for i in range(len(shapes))],
            "name_fr": [f"{name} en français" for name in names],
            "name_en": [f"{name} in English" for name in names],
        },
        geometry=list(shapes),
        crs=4326,
    )


def decode(content):
    """Read a TopoJSON as its specification says, with no code of ours."""
    topology = json.loads(content)
    scale, origin = topology["transform"]["scale"], topology["transform"]["translate"]

    def place(x, y):
        return x * scale[0] + origin[0], y * scale[1] + origin[1]

    def ring(arcs):
        (arc,) = arcs
        xs, ys = zip(*topology["arcs"][arc], strict=True)
        return [place(x, y) for x, y in zip(accumulate(xs), accumulate(ys), strict=True)]

    def polygon(rings):
        outer, *holes = [ring(r) for r in rings]
        return Polygon(outer, holes)

    shapes = []
    for geometry in topology["objects"]["territories"]["geometries"]:
        match geometry["type"]:
            case "Polygon":
                shapes.append(polygon(geometry["arcs"]))
            case "MultiPolygon":
                shapes.append(MultiPolygon([polygon(rings) for rings in geometry["arcs"]]))
            case "Point":
                shapes.append(Point(place(*geometry["coordinates"])))
            case None:
                shapes.append(None)
    return shapes


def step_of(content):
    return json.loads(content)["transform"]["scale"][0]


def test_every_kind_of_shape_comes_back_where_it_was():
    frame = layer(HOLED, TWO_PARTS, Point(-71.5, 48.0))
    content = encode(frame)
    for before, after in zip(frame.geometry, decode(content), strict=True):
        assert after.geom_type == before.geom_type
        assert shapely.hausdorff_distance(before, after) <= step_of(content)
    assert decode(content)[0].area == pytest.approx(1.0 - 0.36, rel=1e-4)


def test_names_and_identifiers_keep_the_order_of_rows():
    frame = layer(HOLED, Point(-71.5, 48.0), TWO_PARTS).iloc[[2, 0, 1]]
    content = encode(frame)
    assert ids(content) == ["mrc:2", "mrc:0", "mrc:1"]
    geometries = json.loads(content)["objects"]["territories"]["geometries"]
    assert geometries[0]["properties"] == {"fr": "T2 en français", "en": "T2 in English"}


def test_a_territory_without_a_shape_keeps_its_place():
    content = encode(layer(HOLED, None, TWO_PARTS))
    assert ids(content) == ["mrc:0", "mrc:1", "mrc:2"]
    assert [shape is None for shape in decode(content)] == [False, True, False]


def test_a_shape_smaller_than_a_step_is_still_drawn():
    speck = box(-75.0, 50.0, -75.0 + 1e-7, 50.0 + 1e-7)
    shapes = decode(encode(layer(box(-79.0, 45.0, -57.0, 62.0), speck), quantization=1000))
    assert shapes[1].is_valid
    assert shapes[1].area > 0


def test_a_part_smaller_than_a_step_is_left_out_when_another_remains():
    specked = MultiPolygon([box(-75.0, 50.0, -75.0 + 1e-7, 50.0 + 1e-7), box(-70.0, 50.0, -69.0, 51.0)])
    shapes = decode(encode(layer(box(-79.0, 45.0, -57.0, 62.0), specked), quantization=1000))
    assert shapes[1].geom_type == "Polygon"
    assert shapes[1].area == pytest.approx(1.0, rel=0.05)


def test_same_frame_same_bytes():
    assert encode(layer(HOLED, TWO_PARTS)) == encode(layer(HOLED, TWO_PARTS))


def test_an_empty_layer_and_a_layer_of_nothing_are_written():
    assert ids(encode(layer(None, None))) == ["mrc:0", "mrc:1"]
    assert ids(encode(layer())) == []


def test_coordinates_in_metres_are_refused():
    with pytest.raises(CrsError):
        encode(layer(HOLED).to_crs(6623))


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"objects": {}}', b"\xff\xfe"])
def test_what_is_no_topology_is_said_to_be_unreadable(content):
    with pytest.raises(PackageError):
        ids(content)


@given(
    st.lists(
        st.tuples(st.floats(-79, -58), st.floats(46, 61), st.floats(0.001, 1.0), st.integers(3, 24)),
        min_size=1,
        max_size=12,
    )
)
def test_no_shape_moves_by_more_than_a_step(circles):
    shapes = [Point(x, y).buffer(r, quad_segs=n) for x, y, r, n in circles]
    content = encode(layer(*shapes))
    for before, after in zip(shapes, decode(content), strict=True):
        assert shapely.hausdorff_distance(before, after) <= 2 * step_of(content)


def test_thirteen_thousand_shapes_are_quick_and_light():
    import gzip
    import time

    side = 117
    corners = [(-79 + 0.15 * i, 45 + 0.12 * j) for i in range(side) for j in range(side)]
    frame = layer(*[box(x, y, x + 0.15, y + 0.12) for x, y in corners])
    start = time.perf_counter()
    content = encode(frame)
    assert time.perf_counter() - start < 3.0
    assert len(gzip.compress(content, 9)) < 1_000_000
    assert len(ids(content)) == side * side
    assert np.isclose(
        sum(shape.area for shape in decode(content)), shapely.area(frame.geometry).sum(), rtol=1e-4
    )
