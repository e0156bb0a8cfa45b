import pandas as pd
import pytest

from etl.sources.montreal_places.transform import transform

SOURCE = "montreal_places"


@pytest.fixture(scope="module")
def places(tables_of):
    return tables_of(SOURCE).places.set_index("place_id")


def test_one_type_of_place_is_taken(places):
    assert len(places) == 261
    assert places.index.is_unique
    assert not places["name"].str.contains("Bibliothèque|Tandem|Sécurité publique").any()


def test_a_place_reads_as_its_publisher_wrote_it(places):
    ahuntsic = places.loc["mtl:140"]
    assert ahuntsic["name"] == "Centre communautaire d'Ahuntsic"
    assert ahuntsic["address"] == "10780 Rue Laverdure"
    assert (ahuntsic["longitude"], ahuntsic["latitude"]) == pytest.approx((-73.67161, 45.552363), abs=1e-5)
    assert ahuntsic["municipality"] == "municipality:2466023"


def test_the_listing_declares_the_city_alone():
    from etl.registry import declarations

    (declared,) = [d for d in declarations() if d.id == SOURCE]
    assert declared.area == ("municipality:2466023",)


def _listed(raw_of, **changes: str) -> pd.DataFrame:
    raw = raw_of(SOURCE)["places"]
    one = raw[raw["Type"].eq("Organisme communautaire et centre de loisirs")].head(2).reset_index(drop=True)
    for column, value in changes.items():
        one.loc[1, column] = value
    return one


@pytest.mark.parametrize(
    "name",
    [
        "Refuge du Vieux-Port",
        "Maison d'hébergement pour femmes",
        "Women’s Shelter",
        "Foyer de groupe Saint-Denis",
        "Auberge Transition, violence conjugale",
    ],
)
def test_a_shelter_is_never_listed(raw_of, name):
    tables = transform({"places": _listed(raw_of, **{"Nom français": name})})
    assert len(tables.places) == 1
    assert name not in set(tables.places["name"])
    assert tables.notes[0].fr.startswith("1 lieux d'hébergement")
    assert name not in tables.notes[0].fr


def test_an_organisation_for_refugees_is_no_shelter(raw_of):
    name = "Services Communautaires aux Réfugiés et Immigrants"
    assert len(transform({"places": _listed(raw_of, **{"Nom français": name})}).places) == 2


def test_two_places_with_one_number_stay_two(raw_of):
    listed = _listed(raw_of)
    listed["ID"] = "7"
    tables = transform({"places": listed})
    assert tables.places["place_id"].tolist() == ["mtl:7", "mtl:7-2"]
    assert "1 numéros" in tables.notes[0].fr


def test_a_linked_city_is_outside_the_list(raw_of):
    tables = transform({"places": _listed(raw_of, Arrondissement="Ville de Westmount")})
    assert len(tables.places) == 1
