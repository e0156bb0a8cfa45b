from __future__ import annotations

import csv
import io
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import listings_shelf
from dashboard.components.organismes import take_in
from dashboard.exports import hsds
from dashboard.i18n import LANGUAGES
from dashboard.navigation import Place
from etl.listings.corrections import State, corrections
from etl.listings.export import Format
from etl.listings.importer import Details, import_listing
from etl.listings.review import decide, decisions
from geodata.package import Package

PARTS = ("", "importer", "listes", "doublons", "corrections")

LISTING = """Nom de l'organisme;Adresse;Ville;Code postal;Courriel;Type;Mise à jour
Cuisine du Sud;3550 rue Ontario Est;Montréal;H1W 2C3;info@cuisine.example;Cuisine;2026-03-01
Maison des jeunes;12 rue Principale;Joliette;J6E 1A1;mdj@example;Maison des jeunes;2024-05-01
;99 rue Sans Nom;Joliette;J6E 1A1;;Aide alimentaire;2026-01-15
Maison d'hébergement pour femmes L'Envol;5 rue Cachée;Joliette;J6E 1A1;;Hébergement;2026-02-02
"""


@pytest.fixture
def visit(visit_place):
    return partial(visit_place, Place.ORGANISATIONS)


@pytest.fixture
def visit_whole(visit, monkeypatch: pytest.MonkeyPatch, embedded_package: Package):
    """Open the page on the package that places addresses: every town and postal code."""
    monkeypatch.setenv("PROXIMITE_PACKAGE", str(embedded_package.path))
    return visit


@pytest.fixture
def imported(home: Path, embedded_package: Package, tmp_path: Path) -> listings_shelf.Listing:
    """A listing of four rows: two loaded, one that waits, one about a place that protects people."""
    path = tmp_path / "liste.csv"
    path.write_text(LISTING, "utf-8")
    import_listing(
        path,
        listings_shelf.free_folder(home, "Liste"),
        package=embedded_package,
        details=Details(name="Liste d'essai"),
    )
    return listings_shelf.listings(home)[0]


def html(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


def assert_calm(at: AppTest) -> None:
    assert not at.exception
    assert "Traceback" not in html(at)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_each_part_opens_in_both_languages(visit, imported, language: str, part: str) -> None:
    at = visit(lang=language, vue=part, liste=imported.name)
    assert_calm(at)
    question = "Nos listes sont-elles complètes" if language == "fr" else "Are our lists complete"
    assert question in html(at)


def test_places_are_counted_by_family_and_age(visit) -> None:
    page = html(visit())
    assert "3\u00a0lieux connus".replace("\u00a0", " ") in page
    assert "CLSC de Joliette" in page
    assert "Bibliothèque &lt;b&gt;Maisonneuve&lt;/b&gt;" in page
    assert "à son adresse" in page


def test_the_address_restores_a_choice(visit) -> None:
    at = visit(niveau="clsc", territoire="clsc:06021", famille="gathering")
    assert_calm(at)
    assert at.selectbox(key="places_territoire").value == "clsc:06021"
    assert "Bibliothèque" in html(at)
    assert "CLSC de Joliette" not in html(at)
    at.selectbox(key="places_niveau").set_value("").run()
    assert "territoire" not in at.query_params
    assert "famille" in at.query_params


def test_nonsense_in_the_address_is_calm(visit) -> None:
    at = visit(vue="x", niveau="galaxie", territoire="<b>", famille="?", age="?", lieu="nulle-part")
    assert_calm(at)
    assert "n'est plus, dans ces données" in html(at)


def test_a_community_that_governs_itself_is_named_first(visit) -> None:
    assert "Conseil cri" in html(visit(niveau="clsc", territoire="clsc:18001"))


def test_a_choice_without_a_place_is_not_a_zero(visit) -> None:
    assert "Ce n'est pas un zéro" in html(visit(famille="food"))


def test_an_error_is_reported_then_approved_then_undone(visit, home: Path) -> None:
    at = visit(lieu="p3")
    at.radio[0].set_value("closed")
    _button(at, "Signaler une erreur").click().run()
    assert_calm(at)
    assert "attend l'accord de la table" in html(at)
    (report,) = corrections(home)
    assert (report.place_id, report.state, report.contact) == ("p3", State.WAITING, "")

    at = visit(vue="corrections")
    assert "1 signalement attend." in html(at)
    at.text_input(key=f"why_{report.id}").set_value("Vu sur place")
    _button(at, "Approuver").click().run()
    assert_calm(at)
    assert corrections(home)[0].state is State.APPROVED
    assert corrections(home)[0].reason == "Vu sur place"
    at.button(key=f"undo_{report.id}").click().run()
    assert corrections(home)[0].state is State.REFUSED


def test_an_approval_that_says_nothing_is_refused_calmly(visit, home: Path) -> None:
    at = visit(lieu="p1")
    at.radio[0].set_value("moved")
    _button(at, "Signaler une erreur").click().run()
    at = visit(vue="corrections")
    _button(at, "Approuver").click().run()
    assert_calm(at)
    assert "ne dit pas quoi écrire" in html(at)
    (report,) = corrections(home)
    at.text_input(key=f"address_{report.id}").set_value("12 rue Neuve")
    _button(at, "Approuver").click().run()
    assert corrections(home)[0].changes == {"address": "12 rue Neuve"}


def _button(at: AppTest, label: str):
    return next(button for button in at.button if button.label == label)


def test_a_file_is_read_corrected_and_imported(visit_whole, home: Path) -> None:
    at = visit_whole(vue="importer")
    at.file_uploader(key="listing_file").set_value(("Ma liste.csv", LISTING.encode(), "text/csv")).run()
    assert_calm(at)
    assert at.multiselect(key="map_name").value == ["Nom de l'organisme"]
    assert "Cuisine du Sud" in html(at)
    assert "● sûr" in html(at)
    at.multiselect(key="map_categories").set_value([]).run()
    assert "Colonnes laissées de côté" in html(at)
    assert "Type" in html(at)
    at.text_input(key="listing_name").set_value("Ma liste à moi")
    at.button(key="import_listing").click().run()
    assert_calm(at)
    assert at.query_params["vue"] == "listes"
    (listing,) = listings_shelf.listings(home)
    assert (listing.title, listing.included) == ("Ma liste à moi", False)
    assert listing.facts["rows"] == {"read": 4, "loaded": 3, "quarantined": 1}
    assert "categories" not in listing.facts["mapping"]["columns"]
    assert "Lignes lues\u00a0: 4." in html(at)
    assert not list((home / "incoming").glob("*/*"))


def test_a_mapping_without_a_name_cannot_be_imported(visit) -> None:
    at = visit(vue="importer")
    at.file_uploader(key="listing_file").set_value(("liste.csv", LISTING.encode(), "text/csv")).run()
    at.multiselect(key="map_name").set_value([]).run()
    assert_calm(at)
    assert "Aucune colonne ne donne le nom" in html(at)
    assert "import_listing" not in [button.key for button in at.button]


def test_a_mapping_kept_earlier_is_used_again(visit) -> None:
    at = visit(vue="importer")
    at.file_uploader(key="listing_file").set_value(("liste.csv", LISTING.encode(), "text/csv")).run()
    kept = '[columns]\nname = "Ville"\n'
    at.file_uploader(key="mapping_file").set_value(("m.toml", kept.encode(), "application/toml")).run()
    assert_calm(at)
    assert at.multiselect(key="map_name").value == ["Ville"]
    assert "choisi à la main" in html(at)
    wrong = '[columns]\nname = "Absente"\n'
    at.file_uploader(key="mapping_file").set_value(("n.toml", wrong.encode(), "application/toml")).run()
    assert_calm(at)
    assert "colonne absente" in html(at)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03", b"%PDF-1.4 rien"])
def test_a_file_that_is_no_listing_is_refused_in_a_sentence(visit, home: Path, content: bytes) -> None:
    at = visit(vue="importer")
    at.file_uploader(key="listing_file").set_value(("x.csv", content, "text/csv")).run()
    assert_calm(at)
    assert 'role="alert"' in html(at)
    assert not list((home / "incoming").glob("*/*"))


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/liste.csv", "file:///etc/passwd", "ftp://exemple.org/a"]
)
def test_an_address_inside_the_network_is_refused(visit, home: Path, address: str) -> None:
    at = visit(vue="importer")
    at.text_input(key="listing_address").set_value(address)
    _button(at, "Lire cette adresse").click().run()
    assert_calm(at)
    assert 'role="alert"' in html(at)
    assert not list((home / "incoming").glob("*/*"))


def test_an_address_is_read_and_kept_as_the_source(visit_whole, home: Path, monkeypatch) -> None:
    def fetched(url: str, folder: Path, http: object = None) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "liste.csv").write_text(LISTING, "utf-8")
        return folder / "liste.csv"

    monkeypatch.setattr("dashboard.components.organismes.bring_in.fetch_listing", fetched)
    monkeypatch.setattr("etl.listings.importer.fetch_listing", fetched)
    at = visit_whole(vue="importer")
    at.text_input(key="listing_address").set_value("https://exemple.org/liste.csv")
    _button(at, "Lire cette adresse").click().run()
    assert_calm(at)
    at.button(key="import_listing").click().run()
    assert_calm(at)
    assert listings_shelf.listings(home)[0].facts["source"] == "https://exemple.org/liste.csv"


def test_a_report_adds_up_and_tells_nothing_of_who_is_protected(visit_whole, imported) -> None:
    at = visit_whole(vue="listes", liste=imported.name)
    page = html(at)
    assert "Lignes lues\u00a0: 4. Chargées\u00a0: 3. En quarantaine\u00a0: 1." in page
    assert "Envol" not in page
    assert "rue Cachée" not in page
    assert "Lanaudière\u00a0: 1" in page
    assert "le nom est vide" in page
    at.selectbox(key=f"problem_kind_{imported.name}").set_value("missing_name").run()
    assert "Problèmes montrés\u00a0: 1 sur 1" in html(at)


def test_a_quarantined_row_is_fixed_and_joins(visit_whole, imported, home: Path) -> None:
    waiting = listings_shelf.quarantine_table(imported).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(waiting)))
    rows[0]["Nom de l'organisme"] = "Aide de Joliette"
    stream = io.StringIO()
    writer = csv.DictWriter(stream, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    at = visit_whole(vue="listes", liste=imported.name)
    fixed = at.file_uploader(key=f"fixed_{imported.name}")
    fixed.set_value(("corrigé.csv", stream.getvalue().encode(), "text/csv")).run()
    at.button(key="replay").click().run()
    assert_calm(at)
    assert "1 ligne a rejoint la liste." in html(at)
    assert listings_shelf.listings(home)[0].facts["rows"] == {"read": 4, "loaded": 4, "quarantined": 0}


def test_a_listing_joins_the_package_and_leaves_it(visit, imported, home: Path, monkeypatch) -> None:
    started: list[Path] = []
    monkeypatch.setattr(take_in, "start_refresh", lambda folder, listings_only: started.append(folder))
    at = visit(vue="listes", liste=imported.name)
    at.button(key="include").click().run()
    assert_calm(at)
    assert started == [home]
    assert (home / "listings" / imported.name / "listing.json").is_file()
    at.button(key="include").click().run()
    assert not (home / "listings" / imported.name).exists()
    assert listings_shelf.listings(home)[0].included is False


def test_an_undeclared_listing_is_exported_only_with_the_right_to(visit, imported) -> None:
    at = visit(vue="listes", liste=imported.name)
    assert at.button(key="listing_JSON").disabled
    at.checkbox(key="licensed").check().run()
    at.button(key="listing_JSON").click().run()
    assert_calm(at)
    exported = hsds.export_listing(imported.folder, Format.JSON, licensed=True).decode()
    assert "Cuisine du Sud" in exported
    assert "Envol" not in exported


def test_a_pair_is_decided_and_undone(visit, home: Path) -> None:
    decide(home, "p1", "p3", "different")
    at = visit(vue="doublons")
    at.segmented_control(key="duplicates_queue").set_value("decided").run()
    assert_calm(at)
    assert "Décidé\u00a0: lieux différents" in html(at)
    at.button(key="undo_p1|p3").click().run()
    assert not decisions(home).answers


def test_a_closed_server_hides_all_that_writes(visit, imported, home: Path, monkeypatch) -> None:
    monkeypatch.setenv("PROXIMITE_UPKEEP", "0")
    decide(home, "p1", "p3", "different")
    for part in PARTS:
        at = visit(vue=part, liste=imported.name)
        assert_calm(at)
        keys = {str(button.key) for button in at.button}
        assert not [
            k for k in keys if k.startswith(("include", "take_in", "import", "undo", "replay", "yes", "no_"))
        ]
        assert not at.file_uploader
