import pytest

from etl.sources.statcan_ct_profile_2021.transform import transform

SOURCE = "statcan_ct_profile_2021"


def test_a_real_tract_by_hand(value_of):
    low = value_of(SOURCE, "ct:4620001.00", "low_income_lim_at_pct")
    assert (low["numerator"], low["denominator"], low["value"]) == (375, 2615, 14.5)
    assert value_of(SOURCE, "ct:4620001.00", "tenants_pct")["value"] == pytest.approx(100 * 770 / 1380)
    assert value_of(SOURCE, "ct:4620001.00", "one_person_households_pct")["value"] == pytest.approx(
        100 * 655 / 1400
    )
    assert value_of(SOURCE, "ct:4620001.00", "recent_immigrants_pct")["value"] == 2.92
    assert value_of(SOURCE, "ct:4620001.00", "no_official_language_pct")["value"] == 1.14
    assert value_of(SOURCE, "ct:4620001.00", "shelter_30_pct")["value"] == 23.91


def test_tracts_by_indicator(tables_of):
    counts = tables_of(SOURCE).observations.groupby("indicator_id")["territory_id"].nunique()
    assert set(counts[["low_income_lim_at_pct", "tenants_pct", "one_person_households_pct"]]) == {1374}
    assert set(counts[["recent_immigrants_pct", "no_official_language_pct", "shelter_30_pct"]]) == {986}


def test_gatineau_has_no_tract_and_montreal_alone_has_language(tables_of):
    rows = tables_of(SOURCE).observations
    assert not rows["territory_id"].str.startswith("ct:505").any()
    language = rows.loc[rows["indicator_id"].eq("no_official_language_pct"), "territory_id"]
    assert language.str.startswith("ct:462").all()


def test_prevalence_follows_its_own_rounded_counts(tables_of):
    rows = tables_of(SOURCE).observations
    low = rows[rows["indicator_id"].eq("low_income_lim_at_pct")]
    gap = (low["value"] - 100 * low["numerator"] / low["denominator"]).abs()
    assert gap.max() < 1.3
    assert gap.median() < 0.05


def test_a_percentage_that_is_not_published_is_suppressed_not_zero(raw_of):
    raw = dict(raw_of(SOURCE))
    raw["montreal"] = raw["montreal"].copy()
    raw["montreal"].loc[0, "shelter_cost_burden_pct"] = float("nan")
    rows = transform(raw).observations
    row = rows[rows["indicator_id"].eq("shelter_30_pct")].iloc[0]
    assert row["status"] == "suppressed"
    assert row["value"] != row["value"]


def test_the_two_files_agree_on_low_income(tables_of):
    (note,) = tables_of(SOURCE).notes
    assert note.en == "Low income: the two files differ in 0 of 986 common tracts"
