import pytest

from geodata.confidential import Protection, names_a_confidential_place, protection_of


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
    assert protection_of([name]) is not None


@pytest.mark.parametrize(
    "name", ["CLSC ET GROUPE DE MÉDECINE DE FAMILLE", "FOYER SAINTS-ANGES DE HAM-NORD", "Réfugiés du Québec"]
)
def test_a_name_that_does_not(name: str) -> None:
    assert not names_a_confidential_place(name)
    assert protection_of([name]) is None


@pytest.mark.parametrize(
    ("name", "protection"),
    [
        ("Maison d'hébergement pour femmes victimes de violence", Protection.SHELTER),
        ("Maison d’aide et d’hébergement La Source", Protection.SHELTER),
        ("Centre d'hébergement pour femmes en difficulté", Protection.SHELTER),
        ("Women's Shelter of Laval", Protection.SHELTER),
        ("Le Refuge", Protection.SHELTER),
        ("Café-rencontre du Refuge pour jeunes sans abri", Protection.SHELTER),
        ("Domestic violence transition house", Protection.SHELTER),
        ("Second stage housing for women", Protection.SHELTER),
        ("La Rose (ressource d'hébergement pour femmes)", Protection.SHELTER),
        ("Hébergement jeunesse de Québec", Protection.SHELTER),
        ("Auberge du cœur Le Tournant", Protection.SHELTER),
        ("Maison d'accueil pour femmes violentées", Protection.SHELTER),
        ("Maison de 2e étape", Protection.SHELTER),
        ("Home for battered women", Protection.SHELTER),
        ("Anishnabe Group Home", Protection.GROUP_HOME),
        ("Centre jeunesse de la Montérégie", Protection.YOUTH_PROTECTION),
        ("Direction de la protection de la jeunesse", Protection.YOUTH_PROTECTION),
        ("Batshaw Youth and Family Centres", Protection.YOUTH_PROTECTION),
        ("Ressource X (adresse confidentielle)", Protection.PRIVATE_ADDRESS),
    ],
)
def test_a_place_of_a_listing_that_protects_someone(name: str, protection: Protection) -> None:
    assert protection_of([name]) == protection


@pytest.mark.parametrize(
    "name",
    [
        "Refuge faunique Marguerite-D'Youville",
        "Refuge d'oiseaux migrateurs",
        "Animal shelter",
        "Café Le Refuge",
        "Carrefour jeunesse-emploi",
        "Centre jeunesse emploi",
        "Maison des jeunes",
        "Maison des femmes de Québec",
        "Auberge de jeunesse",
        "Centre d'hébergement et de soins de longue durée",
        "Résidence pour aînés, maison d'hébergement Les Aînés",
        "CLSC ET CENTRE DE PROTECTION DE L'ENFANCE ET DE LA JEUNESSE",
        "Bibliothèque du Refuge animalier",
    ],
)
def test_a_place_of_a_listing_open_to_all(name: str) -> None:
    assert protection_of([name]) is None


def test_a_description_speaks_of_the_place_in_its_opening_only() -> None:
    opening = "Hébergement pour femmes victimes de violence conjugale, jour et nuit."
    assert protection_of(["La Source"], [opening]) == Protection.SHELTER
    referral = "Comptoir alimentaire ouvert à tous. " * 8 + "Peut diriger vers un refuge pour femmes."
    assert protection_of(["La Source"], [referral]) is None


def test_the_codes_of_a_map_tell_too() -> None:
    assert protection_of(["X"], [], ["social_facility=shelter"]) == Protection.SHELTER
    assert protection_of(["X"], [], ["social_facility=group_home"]) == Protection.GROUP_HOME
    assert protection_of(["X"], [], ["amenity=shelter"]) is None
