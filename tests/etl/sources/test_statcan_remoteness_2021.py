import pytest

SOURCE = "statcan_remoteness_2021"


def test_real_values_by_hand(value_of):
    assert value_of(SOURCE, "municipality:2466023", "remoteness_index")["value"] == pytest.approx(
        0.030274, abs=1e-6
    )
    assert value_of(SOURCE, "municipality:2423027", "remoteness_index")["value"] == pytest.approx(
        0.142539, abs=1e-6
    )


def test_831_municipalities_of_zero_to_one(tables_of):
    index = tables_of(SOURCE).observations
    assert len(index) == 831
    assert index["territory_id"].is_unique
    assert index["value"].between(0, 1).all()


def test_a_municipality_without_an_index_has_no_row(tables_of):
    rows = tables_of(SOURCE).observations
    assert "municipality:2460037" not in set(rows["territory_id"])  # L'Épiphanie
    assert tables_of(SOURCE).notes[0].en.startswith("831 municipalities have an index (8225430 people)")
