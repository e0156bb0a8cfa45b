import pandas as pd
import pytest

from etl.sources.statcan_da_profile_2021.transform import transform
from geodata.errors import JoinError

SOURCE = "statcan_da_profile_2021"


def test_a_real_area_by_hand(value_of):
    low = value_of(SOURCE, "da:24010019", "low_income_lim_at_pct")
    assert (low["numerator"], low["denominator"], low["value"]) == (50, 535, 9.6)
    tenants = value_of(SOURCE, "da:24010019", "tenants_pct")
    assert (tenants["numerator"], tenants["denominator"]) == (35, 250)
    assert tenants["value"] == pytest.approx(14.0)
    alone = value_of(SOURCE, "da:24010019", "one_person_households_pct")
    assert alone["value"] == pytest.approx(100 * 90 / 255)


def test_a_suppressed_area_is_not_zero(value_of):
    row = value_of(SOURCE, "da:24400052", "low_income_lim_at_pct")
    assert row["status"] == "suppressed"
    assert pd.isna(row[["value", "numerator", "denominator"]]).all()
    # The same area publishes its households: none of 110 rents, a true zero.
    tenants = value_of(SOURCE, "da:24400052", "tenants_pct")
    assert (tenants["value"], tenants["status"]) == (0.0, "ok")


def test_the_two_files_make_8874_areas(tables_of):
    rows = tables_of(SOURCE).observations
    assert rows.groupby("indicator_id")["territory_id"].nunique().eq(8874).all()
    suppressed = rows[rows["status"].eq("suppressed")].groupby("indicator_id").size()
    assert suppressed.to_dict() == {"low_income_lim_at_pct": 11, "tenants_pct": 1}


def test_shares_are_never_declared_above_the_tract():
    from etl.registry import declarations

    (declared,) = [d for d in declarations() if d.id == SOURCE]
    for indicator in declared.indicators:
        assert {level.value for level in indicator.levels} == {"ct", "da"}
        assert indicator.aggregation.value == "none"


def test_the_bias_that_the_caveat_says_is_that_of_the_file(raw_of):
    complete = raw_of(SOURCE)["complete_cases"]
    share = 100 * complete["PopTotMFR"].sum() / complete["PopTotMFRApI"].sum()
    assert round(share, 1) == 13.0


def test_two_files_that_disagree_are_refused(raw_of):
    raw = raw_of(SOURCE)
    spoiled = raw["estrie"].copy()
    common = spoiled["DAUID"].isin(raw["complete_cases"]["DAUID"]).idxmax()
    spoiled.loc[common, "Locataire"] += 5
    with pytest.raises(JoinError, match=str(spoiled.loc[common, "DAUID"])):
        transform({"complete_cases": raw["complete_cases"], "estrie": spoiled})
