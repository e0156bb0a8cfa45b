import pytest

SOURCE = "statcan_csd_profile_2021"


@pytest.fixture(scope="module")
def cells(tables_of):
    return tables_of(SOURCE).cells.set_index(["indicator_id", "cell_id"])


def test_a_real_municipality_by_hand(cells):
    islands = "municipality:2401023"
    one_parent = cells.loc[("one_parent_families_pct", islands)]
    assert (one_parent["numerator"], one_parent["denominator"]) == (430, 3755)
    assert cells.loc[("living_alone_pct", islands), "numerator"] == 1775
    assert cells.loc[("no_diploma_pct", islands), "denominator"] == 10555
    # 53.6 % of 10,555 people aged 15 and over
    assert cells.loc[("employment_rate_pct", islands), "numerator"] == pytest.approx(5657.48)


def test_published_totals_of_quebec(cells):
    totals = cells[["numerator", "denominator"]].groupby("indicator_id").sum()
    share = 100 * totals["numerator"] / totals["denominator"]
    assert totals.loc["living_alone_pct", "numerator"] == 1_317_420
    assert share["one_parent_families_pct"] == pytest.approx(16.5, abs=0.05)
    assert share["no_diploma_pct"] == pytest.approx(18.2, abs=0.05)


def test_no_profile_has_three_reasons(cells):
    status = cells.loc["one_parent_families_pct", "status"]
    assert status.value_counts().to_dict() == {
        "ok": 1168,
        "not_applicable": 81,
        "suppressed": 25,
        "no_data": 8,
    }
    assert status["municipality:2467802"] == "no_data"  # Kahnawake, not counted
    assert status["municipality:2466092"] == "suppressed"  # L'Île-Dorval, 30 people


def test_a_cell_without_status_ok_holds_no_number(cells):
    absent = cells[cells["status"].ne("ok")]
    assert absent[["numerator", "denominator"]].isna().all(axis=None)
    assert cells.loc[cells["status"].eq("ok"), ["numerator", "denominator"]].notna().all(axis=None)


def test_a_community_without_families_keeps_its_zero_over_zero(cells):
    hospital = cells.loc[("one_parent_families_pct", "municipality:2423015")]
    assert (hospital["numerator"], hospital["denominator"], hospital["status"]) == (0, 0, "ok")


def test_the_note_counts_what_is_missing(tables_of):
    (note,) = tables_of(SOURCE).notes
    assert note.en.startswith("114 municipalities without a profile: 8 communities")
