import pytest

from geodata.confidential import names_a_confidential_place


@pytest.mark.parametrize(
    "name",
    [
        "FOYER DE GROUPE DORNAL",
        "Foyer  de groupe Laval",
        "Refuge des jeunes",
        "REFUGE POUR FEMMES - WASWANIPI",
        "Foyers de groupe",
    ],
)
def test_a_name_that_protects_someone(name: str) -> None:
    assert names_a_confidential_place(name)


@pytest.mark.parametrize(
    "name", ["CLSC ET GROUPE DE MÉDECINE DE FAMILLE", "FOYER SAINTS-ANGES DE HAM-NORD", "Réfugiés du Québec"]
)
def test_a_name_that_does_not(name: str) -> None:
    assert not names_a_confidential_place(name)
