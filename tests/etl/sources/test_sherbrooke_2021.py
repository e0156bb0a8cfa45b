import pytest

SOURCE = "sherbrooke_2021"


def test_polygons_come_out_in_degrees(tables_of):
    areas = tables_of(SOURCE).area_polygons
    assert len(areas) == 327
    assert areas["da_id"].is_unique
    assert areas.crs.to_epsg() == 4326
    west, south, east, north = areas.total_bounds
    assert -72.7 < west < east < -71.2
    assert 45.0 < south < north < 45.8


def test_areas_are_those_of_the_file_in_square_kilometres(tables_of):
    areas = tables_of(SOURCE).area_polygons.set_index("da_id").to_crs(6623)
    # The publisher writes 1.2082 and 0.3125 km² of land for two areas without water.
    assert areas.geometry["da:24430348"].area / 1e6 == pytest.approx(1.2082, abs=1e-4)
    assert areas.geometry["da:24430029"].area / 1e6 == pytest.approx(0.3125, abs=1e-4)


def test_holes_are_named_and_counted(tables_of):
    (note,) = tables_of(SOURCE).notes
    assert note.en.startswith("6 areas of the Sherbrooke CMA without a polygon (1273 people)")
    assert "24430322" in note.fr
    drawn = set(tables_of(SOURCE).area_polygons["da_id"])
    assert "da:24430322" not in drawn
