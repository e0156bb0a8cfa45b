import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from etl.sources.statcan_odcaf_v1_0.duplicates import first_of_each

SOURCE = "statcan_odcaf_v1_0"


@pytest.fixture(scope="module")
def libraries(tables_of):
    return tables_of(SOURCE).places.set_index("place_id")


def test_libraries_are_kept_and_all_else_is_left_out(libraries):
    assert len(libraries) == 804
    names = libraries["name"].str.lower()
    for word in ("archiv", "histoire", "stationnement", "biblio-mobile", "reseau"):
        assert not names.str.contains(word).any(), word


@pytest.mark.parametrize(
    ("index", "name"),
    [
        ("6110", "Mediatheque Nelly-Arcan"),
        ("4348", "Grande Bibliothèque"),
        ("8696", "Succursale Fontainebleau"),
        ("2873", "Cookshire-Eaton (Secteur Sawyerville)"),
    ],
)
def test_names_without_the_usual_word_follow_their_provider(libraries, index, name):
    assert libraries.loc[f"odcaf:{index}", "name"] == name


def test_a_library_listed_by_two_providers_is_one_place(libraries):
    names = libraries["name"]
    assert names.str.contains("Philippe-Panneton").sum() == 1
    assert len({"odcaf:841", "odcaf:1274"} & set(libraries.index)) == 1
    # The Laval record has no point; the national library's has one: the fuller is kept.
    assert "odcaf:1663" in libraries.index
    assert libraries.loc["odcaf:1663", "latitude"] == pytest.approx(45.5525247)


def test_one_name_at_two_addresses_stays_two_places(libraries):
    assert libraries["name"].str.contains("Jeunes De Montréal").sum() == 2


def test_one_address_under_two_names_is_one_place(libraries):
    assert libraries["address"].eq("1003, rue de la mairie").sum() == 1


def test_a_municipality_far_from_the_point_is_not_believed(libraries):
    # The file writes Belcourt, in Abitibi, for a library of the city of Québec.
    bon_pasteur = libraries.loc["odcaf:1004"]
    assert pd.isna(bon_pasteur["municipality"])
    assert bon_pasteur["city"] == ""
    assert bon_pasteur["latitude"] == pytest.approx(46.899, abs=1e-3)


def test_a_code_of_2016_is_not_written_as_one_of_2021(libraries):
    epiphanie = libraries.loc["odcaf:1461"]
    assert pd.isna(epiphanie["municipality"])
    assert epiphanie["city"] == "L'Épiphanie"


def test_the_municipality_is_kept_where_nothing_denies_it(libraries):
    assert libraries.loc["odcaf:774", "municipality"] == "municipality:2429013"
    assert libraries["municipality"].notna().sum() == 804 - 11


def test_every_column_of_a_place_is_filled(libraries):
    for column in ("name", "address", "city", "postal_code", "detail_fr", "detail_en"):
        assert libraries[column].map(type).eq(str).all(), column
    assert set(libraries["category"]) == {"library"}


def _records(*rows):
    columns = ["Facility_Name", "Source_Format_Address", "Postal_Code", "CSDUID", "point"]
    frame = pd.DataFrame([row[:4] for row in rows], columns=columns[:4])
    points = gpd.GeoSeries([row[4] for row in rows], crs=6623).to_crs(4326)
    return gpd.GeoDataFrame(frame, geometry=points)


def test_duplicates_by_hand():
    records = _records(
        ("Bibliothèque du Nord", "1, rue A", "G1A 1A1", "2423027", Point(0, 0)),
        ("Bibliotheque Du-Nord", None, None, "2423027", Point(0, 400)),  # same name, 400 m: one library
        ("Bibliothèque du Nord", "9, rue Z", "H1A 1A1", "2466023", Point(9000, 0)),  # same name, far: another
        ("Bibliothèque du Sud", None, None, "2466023", None),  # no point, same municipality: one library
        ("Bibliothèque du Sud", "2, rue B", "H2A 1A1", "2466023", Point(5000, 0)),
        ("Autre nom", "2, rue B", None, "2466023", Point(5000, 0)),  # same address: one library
    )
    assert first_of_each(records).tolist() == [True, False, True, False, True, False]
