import pandas as pd
import pytest

SOURCE = "geonames_postal"


def test_codes_are_written_without_a_space(tables_of):
    codes = tables_of(SOURCE).postal_codes
    assert codes["code"].str.fullmatch(r"[A-Z]\d[A-Z]\d[A-Z]\d").all()
    assert codes["code"].is_unique
    wendake = codes.set_index("code").loc["G0A0A1"]
    assert (wendake["longitude"], wendake["latitude"]) == pytest.approx((-71.8497, 47.4269))


def test_points_outside_quebec_are_refused_and_said(tables_of):
    tables = tables_of(SOURCE)
    kept = set(tables.postal_codes["code"])
    # One code "of Québec" lies in Nova Scotia, four federal codes lie in Ottawa.
    assert not kept & {"G4T0N2", "K1A0M6", "K1A0M7", "K1A0M8", "K1A1H3"}
    assert tables.notes[0].en.startswith("8 postal codes refused")


def test_a_point_far_from_its_sector_is_left_out_and_said(tables_of, raw_of):
    tables = tables_of(SOURCE)
    kept = set(tables.postal_codes["code"])
    # Its neighbours are in Hochelaga; its own point is in Côte-des-Neiges, 7.7 km away.
    assert "H1W2C3" not in kept
    assert "H1W2C4" in kept
    left_out = len(raw_of(SOURCE)["codes"]) - len(kept) - 8
    assert 0 < left_out < 6000
    assert tables.notes[1].en.startswith(f"{left_out} postal codes left out")


def test_shores_and_the_federal_offices_of_gatineau_are_kept(tables_of):
    kept = set(tables_of(SOURCE).postal_codes["code"])
    assert {"K1A1L4", "G3M1J6", "G0C0E1", "H2X1Y4"} <= kept


def test_columns_are_those_of_the_contract(tables_of):
    codes = tables_of(SOURCE).postal_codes
    assert list(codes.columns) == ["code", "longitude", "latitude"]
    assert isinstance(codes, pd.DataFrame)
    assert codes.notna().all(axis=None)
