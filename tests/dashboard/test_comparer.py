"""The page of comparison on a tiny package: what it says first, side by side, and left aside."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.charts.dotplot import Dot, dotplot
from dashboard.charts.pyramid import pyramid
from dashboard.charts.spread import Spread, spread_chart
from dashboard.charts.theme import shortened, themed, together
from dashboard.charts.trend import Line, trend
from dashboard.components.comparer import link
from dashboard.exports.pictures import svg_of_chart
from dashboard.navigation import Place
from geodata.ages import AGE_GROUPS
from geodata.package import Package

Visit = Callable[..., AppTest]
TWO = "clsc:06021,clsc:06032"
NOTHING = ".".join("0000")


def html(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html")).replace("\u00a0", " ")


def calm(at: AppTest) -> str:
    assert not at.exception
    assert not at.error
    return html(at)


@pytest.mark.parametrize(("language", "said"), [("fr", "deux à huit territoires"), ("en", "two to eight")])
def test_the_page_says_how_to_begin(visit_place: Visit, language: str, said: str) -> None:
    assert said in calm(visit_place(Place.COMPARE, lang=language))


def test_two_territories_stand_side_by_side(visit_place: Visit) -> None:
    said = calm(visit_place(Place.COMPARE, territoires=TWO))
    assert "12,3 %" in said
    assert "15,0 %" in said
    assert "2,7 points" in said
    assert "Incertitude non publiée" in said
    assert said.count('alt="Personnes de 65 ans et plus, 2021. ') == 1


def test_the_choices_live_in_the_address(visit_place: Visit) -> None:
    at = visit_place(Place.COMPARE, territoires=TWO)
    at.multiselect(key="compare_territories").set_value(["clsc:06032"]).run()
    assert at.query_params["territoires"] in ("clsc:06032", ["clsc:06032"])
    at.selectbox(key="choose_against").set_value("rss").run()
    assert at.query_params["reference"] in ("rss", ["rss"])
    assert "16,8 %" in calm(at)


def test_what_a_link_asks_in_vain_is_said_and_the_rest_kept(visit_place: Visit) -> None:
    said = calm(
        visit_place(
            Place.COMPARE,
            territoires=f"{TWO},clsc:99999",
            indicateurs="age_65_plus_pct,absent",
            reference="mrc",
            recette=NOTHING,
            paquet="00000000",
        )
    )
    for words in ("clsc:99999", "absent", "La comparaison du lien", "autre version"):
        assert words in said
    assert "12,3 %" in said


@pytest.mark.parametrize(
    ("view", "asked", "said"),
    [
        ("", {"recette": "abc", "reference": "similar"}, "La recette « abc » du lien ne se lit pas"),
        ("", {"recette": "1.9.1.1", "reference": "similar"}, "La recette « 1.9.1.1 » du lien"),
        ("zzz", {}, "La page n'a pas de partie « zzz »"),
        ("", {"carte": "nope"}, "L'indicateur « nope » du lien n'existe pas"),
        ("", {"theme": "nope"}, "Le thème « nope » du lien n'existe pas"),
    ],
)
def test_each_fault_of_a_link_is_said_once(
    visit_place: Visit, view: str, asked: dict[str, str], said: str
) -> None:
    shown = calm(visit_place(Place.COMPARE, territoires=TWO, vue=view, **asked))
    assert shown.count(said) == 1


def test_an_indicator_that_areas_do_not_have_is_said(tiny: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "asked_list", lambda _name: ["nope", "age_65_plus_pct", "population"])
    kept, notices = link.inside_asked(["population"], tiny)
    assert kept == ["population"]
    assert [notice.fr.replace("\u00a0", " ") for notice in notices] == [
        "L'indicateur « nope » du lien n'existe pas dans ces données ; la page n'en tient pas compte.",
        "« Personnes de 65 ans et plus » n'est pas connu par aire ; il est laissé de côté.",
    ]


def test_an_unknown_part_is_said_before_any_territory_is_chosen(visit_place: Visit) -> None:
    assert "has no part “zzz”" in calm(visit_place(Place.COMPARE, vue="zzz", lang="en"))


@pytest.mark.parametrize("view", ["", "evolution"])
def test_namesakes_are_told_apart_everywhere(visit_place: Visit, view: str) -> None:
    at = visit_place(Place.COMPARE, territoires="clsc:14011,mrc:61,clsc:06021", vue=view)
    said = calm(at)
    assert "Joliette (CLSC)" in said
    assert "Joliette (MRC)" in said
    assert ">Joliette<" not in said
    assert "Hochelaga-Maisonneuve (" not in said


def test_many_columns_are_narrow(visit_place: Visit) -> None:
    six = "clsc:06021,clsc:06032,clsc:06033,clsc:14011,clsc:14012,mrc:66"
    assert "px-many" in calm(visit_place(Place.COMPARE, territoires=six))
    assert 'class="px-many"' not in calm(visit_place(Place.COMPARE, territoires=TWO))


def test_a_recipe_without_weight_is_refused_calmly(visit_place: Visit) -> None:
    said = calm(visit_place(Place.COMPARE, territoires=TWO, reference="similar", recette=NOTHING))
    assert "Aucun critère de ressemblance ne compte" in said


def test_a_community_comes_with_its_steward_and_without_its_hidden_figure(visit_place: Visit) -> None:
    said = calm(visit_place(Place.COMPARE, territoires="clsc:06021,clsc:18001"))
    assert "Mistissini se gouverne" in said
    assert "Conseil cri" in said
    assert "Non montré" in said
    assert "2,00" not in said


@pytest.mark.parametrize(("view", "language"), [("ages", "fr"), ("evolution", "en"), ("interieur", "fr")])
def test_every_part_opens(visit_place: Visit, view: str, language: str) -> None:
    calm(visit_place(Place.COMPARE, territoires=f"{TWO},mrc:61", vue=view, lang=language))


def test_a_change_of_period_is_shown_with_its_doubt(visit_place: Visit) -> None:
    said = calm(visit_place(Place.COMPARE, territoires=TWO, vue="evolution"))
    assert "De 2021 à 2031" in said
    assert "5,0 points" in said
    assert "ni progrès ni recul" in said


def test_a_list_too_long_is_cut_and_said(visit_place: Visit) -> None:
    every = [f"da:2406021{n}" for n in range(2)] + [f"clsc:{code}" for code in ("06021", "06032", "06033")]
    every += ["clsc:14011", "clsc:14012", "mrc:66", "mrc:61"]
    assert "8 territoires au plus" in calm(visit_place(Place.COMPARE, territoires=",".join(every)))


def test_names_that_start_alike_stay_apart_when_cut() -> None:
    first, second = (shortened(f"Table de quartier de {name}", 22) for name in ("Parc-Extension", "Verdun"))
    assert first != second
    assert max(len(first), len(second)) <= 22
    assert shortened("Verdun", 22) == "Verdun"


def test_charts_hold_when_there_is_little_to_draw() -> None:
    nothing = dotplot([Dot("Ici", None, None, "pas de données")], title="Rien")
    alone = dotplot([Dot("Ici", 0.0, 0.0, "0")], title="Zéro", reference=("Québec", 0.0))
    lines = [Line("Ici", (None, 2.0), ("", "2")), Line("Là", (None, None), ("", ""))]
    moved = trend(lines, ["2016", "2021"], title="Temps", projected=["2021"])
    empty = spread_chart(
        [Spread("Ici", [], [], None, "0 aire"), Spread("Là", [1.0], [9.0], None, "1 aire")], title="S"
    )
    ages = pd.DataFrame(
        [(group, sex, 1.0, 2.0) for group in AGE_GROUPS for sex in "fm"],
        columns=["age_group", "sex", "now", "later"],
    )
    tree = pyramid(ages, title="Âges", axis="%", women="Femmes", men="Hommes", widest=3.0)
    drawn = svg_of_chart(themed(together([nothing, alone, moved, empty, tree])))
    for words in ("pas de données", "Zéro", "Temps", "1 aire", "90+"):
        assert words in drawn
    assert "NaN" not in drawn
