import pytest

from geodata.errors import ProximiteError, SourceFileError
from geodata.text import Text, fold, slug


def test_a_text_needs_both_languages() -> None:
    with pytest.raises(ValueError, match="both languages"):
        Text("Besoins", " ")


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Côte-des-Neiges–Notre-Dame-de-Grâce", "cote des neiges notre dame de grace"),
        ("Cœur-de-l’Île", "coeur de l ile"),
        ("  VILLE-ÉMARD/Côte Saint-Paul ", "ville emard cote saint paul"),
    ],
)
def test_fold_forgets_accents_hyphens_and_case(name: str, folded: str) -> None:
    assert fold(name) == folded
    assert slug(name) == folded.replace(" ", "-")


def test_an_error_is_one_sentence_in_each_language() -> None:
    error = SourceFileError(
        Text("Le fichier est vide", "The file is empty"),
        where="a.csv",
        hint=Text("reprenez-le", "take it again"),
    )
    assert isinstance(error, ProximiteError)
    assert isinstance(error, ValueError)
    assert error.sentence("fr") == "Le fichier est vide (a.csv)\u00a0: reprenez-le."
    assert error.sentence("en") == "The file is empty (a.csv): take it again."
    assert error.bilingual().count("\n") == 1
