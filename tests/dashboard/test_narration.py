"""Sentences written from the figures: grammar, what the error allows, three territories by hand."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.comparing.pooling import Pooled
from dashboard.comparison import Against, reference_of
from dashboard.figures import figures
from dashboard.i18n import in_language
from dashboard.narration import Paragraph, comparison_text, portrait_text, three_sentences
from dashboard.narration.facts import Fact, beside, compared, fact_of
from dashboard.narration.grammar import capital, listed, of, of_the, tidy, to_the
from dashboard.narration.inside import spread_inside
from dashboard.narration.names import phrase
from dashboard.narration.paragraphs import paragraph
from geodata.differences import Difference, Verdict
from geodata.model import Level
from geodata.package import Package
from geodata.text import Language

RURAL = "mrc:85"
TABLE = "table-mtl:table-de-quartier-hochelaga-maisonneuve"
NORTHERN = "clsc:17011"
SAMPLE = (
    RURAL, TABLE, NORTHERN, "rss:17", "region:07", "rls:0212", "municipality:2485010",
    "municipality:2499085", "ct:4080001.00", "da:24662387",
)  # fmt: skip


@pytest.fixture(scope="module")
def real(embedded_package: Package) -> Package:
    return embedded_package


def plain(words: str) -> str:
    return words.replace("\u00a0", " ")


def told(package: Package, territory: str, language: Language) -> dict[str, str]:
    with in_language(language):
        reference = reference_of(package, territory, Against.QUEBEC)
        return {each.key: plain(each.text) for each in portrait_text(package, territory, reference)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Le Granit", "du Granit"),
        ("Les Sources", "des Sources"),
        ("La Tuque", "de La Tuque"),
        ("L'Assomption", "de L'Assomption"),
        ("Le Plateau-Mont-Royal", "du Plateau-Mont-Royal"),
        ("Outaouais", "de l'Outaouais"),
        ("Mauricie", "de la Mauricie"),
        ("Bas-Saint-Laurent", "du Bas-Saint-Laurent"),
        ("Laurentides", "des Laurentides"),
        ("Lanaudière", "de Lanaudière"),
        ("Nunavik", "du Nunavik"),
        ("Hochelaga-Maisonneuve", "d'Hochelaga-Maisonneuve"),
        ("Havre-Saint-Pierre", "de Havre-Saint-Pierre"),
        ("Hull", "de Hull"),
        ("Arthabaska", "d'Arthabaska"),
        ("Érable", "d'Érable"),
        ("Yamaska", "de Yamaska"),
        ("Eeyou Istchee", "d'Eeyou Istchee"),
        ("Des Chenaux", "des Chenaux"),
        ("De l'Érable", "de l'Érable"),
        ("D'Autray", "de D'Autray"),
        ("Témiscamingue", "de Témiscamingue"),
    ],
)
def test_of_contracts_and_elides(name: str, expected: str) -> None:
    with in_language("fr"):
        assert of(name) == expected
    with in_language("en"):
        assert of(name) == f"of {name}"


def test_to_contracts_with_the_articles_of_phrases_and_of_names() -> None:
    with in_language("fr"):
        phrases = ("le territoire", "les Sources", "la MRC", "l'ensemble", "Les Coteaux", "La Tuque", "Amos")
        assert [to_the(each) for each in phrases] == [
            "au territoire", "aux Sources", "à la MRC", "à l'ensemble", "aux Coteaux", "à La Tuque", "à Amos",
        ]  # fmt: skip
        assert of_the("le territoire") == "du territoire"


@given(st.sampled_from(["Le ", "Les ", "La ", "L'", "", "D'", "É", "Ha"]), st.text("abceé-", min_size=1))
def test_no_article_ever_stands_uncontracted(article: str, rest: str) -> None:
    with in_language("fr"):
        said = f"{of(article + rest)} {to_the(article + rest)}"
    assert not re.search(r"\b(de le|de les|à le|à les)\b", said, re.IGNORECASE)


def test_lists_capitals_and_ends() -> None:
    with in_language("fr"):
        assert listed(["a", "b", "c"]) == "a, b et c"
    with in_language("en"):
        assert listed(["a", "b"]) == "a and b"
    assert capital("éa") == "Éa"
    assert [tidy(each) for each in ("a  b", "Fini.", "", "Oui ?")] == ["a b.", "Fini.", "", "Oui ?"]


@pytest.mark.parametrize(
    ("territory", "french", "english"),
    [
        (RURAL, "la MRC de Témiscamingue", "the RCM of Témiscamingue"),
        ("mrc:40", "la MRC des Sources", "the RCM of Les Sources"),
        ("mrc:66", "le territoire de Montréal", "the territory of Montréal"),
        ("mrc:992", "le territoire de l'Administration régionale Kativik",
         "the territory of Administration régionale Kativik"),
        ("region:07", "la région de l'Outaouais", "the region of Outaouais"),
        (TABLE, "le territoire de la Table de quartier Hochelaga-Maisonneuve",
         "the territory of the Table de quartier Hochelaga-Maisonneuve"),
        ("table-mtl:solidarite-ahuntsic", "le territoire de « Solidarité Ahuntsic »",
         "the territory of “Solidarité Ahuntsic”"),
        ("quartier-qc:quartier-4-3", "le quartier 4-3", "the neighbourhood 4-3"),
        ("ct:4080001.00", "le secteur 0001.00", "the tract 0001.00"),
        ("rls:0212", "le RLS de Maria-Chapdelaine", "the RLS de Maria-Chapdelaine"),
        ("rls:1701", "le réseau local Nunavik", "the local network Nunavik"),
        ("municipality:2485010", "Kipawa", "Kipawa"),
    ],
)  # fmt: skip
def test_territories_are_named_as_people_name_them(
    real: Package, territory: str, french: str, english: str
) -> None:
    with in_language("fr"):
        assert plain(phrase(real, territory)) == french
    with in_language("en"):
        assert phrase(real, territory) == english


def fact(package: Package, verdict: Verdict, own: float, other: float) -> Fact:
    """Give a percentage beside another, the verdict of their difference being given."""
    shown = figures(package, Level.CLSC, "age_65_plus_pct", "2021")
    row = pd.Series(
        {"value": own, "moe_95": 1.0, "hidden": False, "status": "ok", "grade": "solide", "placed": True,
         "error_kind": "rounding"}, name="clsc:06021",
    )  # fmt: skip
    reference = Pooled(other, 1.0, "solide", 1.0, "", 1, 1)
    gap = Difference(own - other, 1.4, verdict)
    return Fact(package.indicators["age_65_plus_pct"], "2021", row, reference, gap, shown)


def test_higher_is_said_only_beyond_the_error(tiny: Package) -> None:
    with in_language("fr"):
        said = {
            verdict: plain(compared(fact(tiny, verdict, own, 10.0), "Québec", "à Québec"))
            for verdict, own in (
                (Verdict.BEYOND_ERROR, 12.0),
                (Verdict.WITHIN_ERROR, 10.5),
                (Verdict.UNKNOWN, 30.0),
            )
        }
        lower = plain(compared(fact(tiny, Verdict.BEYOND_ERROR, 8.0, 10.0), "Québec", "à Québec"))
        same = plain(compared(fact(tiny, Verdict.BEYOND_ERROR, 10.01, 10.0), "Québec", "à Québec"))
        unjudged = plain(beside(fact(tiny, Verdict.UNKNOWN, 30.0, 10.0), "Québec"))
    assert said[Verdict.BEYOND_ERROR] == "un niveau plus élevé que pour Québec (10,0 %)"
    assert said[Verdict.WITHIN_ERROR] == "ce qui se compare à Québec (10,0 %)"
    assert said[Verdict.UNKNOWN] == ""
    assert lower == "un niveau moins élevé que pour Québec (10,0 %)"
    assert same == "ce qui se compare à Québec (10,0 %)"
    assert unjudged == "30,0 % (pour Québec : 10,0 %)"


def test_a_rural_mrc_by_hand(real: Package) -> None:
    french, english = told(real, RURAL, "fr"), told(real, RURAL, "en")
    assert french["people"] == (
        "La MRC de Témiscamingue compte 16 132 personnes (2021) ; la plupart des gens y vivent en milieu "
        "rural. De 2016 à 2021, la population a augmenté de 1,0 % (pour l'ensemble du Québec : +4,1 %). Le "
        "territoire a 19 155 km² de terres, soit 0,8 hab./km²."
    )
    assert french["households"] == (
        "Familles monoparentales : 15,3 %, un niveau moins élevé que pour l'ensemble du Québec (16,5 %). "
        "Personnes vivant seules : 16,4 %, un niveau plus élevé que pour l'ensemble du Québec (15,9 %)."
    )
    assert english["households"] == (
        "One-parent families: 15.3%, a lower level than for Québec as a whole (16.5%). "
        "People living alone: 16.4%, a higher level than for Québec as a whole (15.9%)."
    )
    assert english["people"].startswith(
        "The RCM of Témiscamingue has 16,132 people (2021); most people live there in a rural area. "
        "From 2016 to 2021, the population grew by 1.0% (for Québec as a whole: +4.1%)."
    )
    assert "on ne peut pas dire si l'écart dépasse l'erreur : revenu moyen" in french["income"]
    assert "ages" not in french
    assert "âges de la vie" in french["limits"]


def test_a_round_table_of_montreal_by_hand(real: Package) -> None:
    french, english = told(real, TABLE, "fr"), told(real, TABLE, "en")
    assert "Défavorisation matérielle (cinquièmes 4 et 5) : 39,2 %" in french["deprivation"]
    assert "« Vulnérabilité situationnelle », 29,3 % (" in french["deprivation"]
    assert "“Residential instability”, 92.5% (among the highest fifth)" in english["deprivation"]
    assert english["deprivation"].endswith(
        "These indices describe living conditions where people live, not people."
    )
    assert "1 point de service CLSC (liste" in french["services"]
    assert "13 organismes ou lieux communautaires (liste" in french["services"]
    assert "1 CLSC point of service (list" in english["services"]


def test_a_northern_territory_by_hand(real: Package) -> None:
    french, english = told(real, NORTHERN, "fr"), told(real, NORTHERN, "en")
    assert french.keys() == english.keys() == {"people", "ages", "services", "limits"}
    assert french["ages"].startswith(
        "En 2021, les jeunes de 0 à 17 ans y forment 39,5 % (pour l'ensemble du Québec : "
    )
    assert "Projection pour 2041 : 10 181 personnes, dont 7,2 % de 65 ans et plus." in french["ages"]
    assert "Projection for 2041: 10,181 people, of whom 7.2% aged 65 and over." in english["ages"]
    assert "cinquième" not in " ".join(french.values())
    assert not re.search("vulnérabilit|instabilit|défavoris", " ".join(french.values()), re.IGNORECASE)
    assert "Aucune liste ne couvre ici : organismes" in french["services"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_text_is_made_of_whole_sentences(real: Package, language: Language) -> None:
    for territory in SAMPLE:
        with in_language(language):
            first = three_sentences(real, territory)
        said = told(real, territory, language)
        assert said
        assert 1 <= len(first) <= 3
        for text in (*said.values(), *first):
            assert text.endswith(".")
            assert not re.search(r"nan\b|NaN|None|\{|\}|  |\.\.| ,|\( ", text), text
            # A text never gives a rank: only fifths, which the error of each figure allows or not.
            assert not re.search(r"\brangs?\b|\branks?\b|pire|worst", text), text


def test_higher_needs_a_published_error(real: Package) -> None:
    for territory in (RURAL, TABLE, "municipality:2485010"):
        with in_language("fr"):
            reference = reference_of(real, territory, Against.QUEBEC)
            for name in ("after_tax_household_income", "market_basket_poverty_pct", "iemv_score"):
                found = fact_of(real, territory, name, None, reference)
                if found is not None:
                    assert found.unpublished
                    assert compared(found, "x", "à x") == ""


@pytest.mark.parametrize("territory", [RURAL, TABLE, "region:07"])
def test_the_spread_inside_agrees_with_the_published_share(real: Package, territory: str) -> None:
    found = spread_inside(real, territory)
    assert len(found) == 3
    for each in found:
        published = real.value_of(territory, f"{each.indicator.id}_top_fifth_pct")
        assert published is not None
        assert sum(each.shares) == pytest.approx(1.0)
        assert 100 * each.shares[4] == pytest.approx(published["value"], abs=1e-9)


def test_a_community_has_no_spread_that_would_tell_its_scores(real: Package) -> None:
    assert spread_inside(real, NORTHERN) == []
    assert spread_inside(real, "da:24662387") == []


def test_a_comparison_says_which_differences_hold(real: Package) -> None:
    names = ["one_parent_families_pct", "after_tax_household_income", "age_65_plus_pct"]
    with in_language("fr"):
        found = comparison_text(real, [RURAL, "mrc:84", "mrc:66"], names)
    said = {each.key: plain(each.text) for each in found}
    assert list(said) == ["who", "one_parent_families_pct", "after_tax_household_income", "limits"]
    assert said["who"] == (
        "Ce texte compare à la MRC de Témiscamingue : la MRC de Pontiac et le territoire de Montréal."
    )
    assert "20,1 % pour le territoire de Montréal, un niveau plus élevé" in said["one_parent_families_pct"]
    assert "niveau" not in said["after_tax_household_income"]
    assert "on ne peut pas dire si un écart dépasse l'erreur" in said["limits"]


def test_a_comparison_tells_namesakes_apart(real: Package) -> None:
    two = ["municipality:2446035", "municipality:2446040"]
    with in_language("fr"):
        said = plain(" ".join(part.text for part in comparison_text(real, two, ["population"])))
    assert "Bedford (2446035)" in said
    assert "Bedford (2446040)" in said


def test_a_comparison_keeps_what_a_community_keeps(real: Package) -> None:
    name = "cimd_situational_vulnerability"
    with in_language("en"):
        found = comparison_text(real, ["clsc:06533", NORTHERN], [name])
    said = " ".join(each.text for each in found if each.key == name)
    assert said
    assert "Hudson" not in said
    assert comparison_text(real, ["clsc:06533"], [name]) == []


def test_a_paragraph_needs_something_to_say() -> None:
    assert paragraph("x", ["", "  "]) == []
    assert paragraph("x", ["un", "", "deux."]) == [Paragraph("x", "Un. Deux.")]
