"""Schools: one place a building, nothing of where people are kept, and the published lists give the same."""

from __future__ import annotations

import pandas as pd
import pytest

from etl.door import read_file
from etl.registry import declaration_of
from etl.sources.meq_schools.live import fetch
from etl.sources.meq_schools.transform import transform
from geodata.taxonomy import CATEGORIES
from geodata.text import fold
from tests.etl.clients.portal import QUEBEC_API, context, file_route, record_reply, records, resource
from tests.etl.services.server import serving

SOURCE = "meq_schools"
SLUG = "localisation-des-etablissements-d-enseignement-du-reseau-scolaire-au-quebec"
FILES = "https://www.donneesquebec.ca/recherche/dataset/d/resource/r/download/"


@pytest.fixture(scope="module")
def places(tables_of):
    return tables_of(SOURCE).places.set_index("place_id")


def test_one_place_a_building(places, raw_of):
    schools = raw_of(SOURCE)["schools"]
    buildings = schools["CD_IMM"].nunique()
    premises = int(schools["CD_IMM"].isna().sum())
    assert (buildings, premises) == (3563, 359)
    # 29 buildings are left out: see below.
    assert len(places) == buildings + premises - 29
    assert places.index.is_unique
    assert set(places["category"]) == {"youth"}
    assert all(kind in CATEGORIES for kinds in places["kinds"] for kind in kinds)


def test_a_private_school_reads_as_published(places):
    academy = places.loc["meq:001501"]
    assert academy["name"] == "Académie Antoine Manseau"
    assert (academy["city"], academy["municipality"]) == ("Joliette", "municipality:2461025")
    assert (academy["longitude"], academy["latitude"]) == pytest.approx((-73.435402, 46.02699), abs=1e-5)
    assert (academy["detail_fr"], academy["detail_en"]) == ("secondaire", "secondary")
    assert academy["assured_date"] == "2022-12-05"


def test_a_building_says_the_schools_that_are_in_it(places):
    shared = places.loc["meq:689024"]
    assert shared["name"] == (
        "Centre de formation professionnelle Harrington, Centre d'éducation des adultes Harrington,"
        " École Harrington"
    )
    assert shared["detail_en"].endswith("vocational training, adult education")


def test_a_building_of_many_schools_bears_its_own_name(places):
    hospital = places[places["name"].eq("Hôtel-Dieu-de-Lévis")].iloc[0]
    assert hospital["detail_fr"].startswith("46 écoles, ")
    assert hospital["detail_en"].startswith("46 schools, ")


def test_where_people_are_kept_or_protected_is_never_listed(places, tables_of):
    names = places["name"].map(fold)
    for words in ("refuge", "centre jeunesse", "detention", "readaptation", "centre d accueil"):
        assert not names.str.contains(rf"\b{words}\b").any(), words
    assert tables_of(SOURCE).notes[0].fr.startswith("29 bâtiments")


def test_a_school_in_a_protected_building_takes_the_whole_building_off(raw_of):
    rows = raw_of(SOURCE)["schools"]
    two = rows[rows["CD_IMM"].eq("689024")].copy()
    assert len(transform({"schools": two}).places) == 1
    two.loc[two.index[0], "NOM_IMM"] = "Centre jeunesse Harrington"
    assert len(transform({"schools": two}).places) == 0


def test_no_column_names_a_person(raw_of):
    columns = {fold(c) for c in raw_of(SOURCE)["schools"].columns}
    assert not [
        c for c in columns if any(word in c for word in ("dir", "tel", "courriel", "mail", "contact"))
    ]


def test_the_layer_is_not_counted_by_itself():
    declared = declaration_of(SOURCE)
    assert declared.area == ()
    assert declared.indicators == ()


def test_the_published_lists_give_the_declared_file_again(mirror, raw_of, tmp_path):
    """The copy at hand is the two published lists one after the other."""
    whole = pd.read_csv(mirror / "meq_schools/meq_ecoles_qc.csv", dtype=str, encoding="utf-8-sig")
    public = whole[whole["CD_IMM"].notna()].dropna(axis=1, how="all").drop(columns=["LONGITUDE", "LATITUDE"])
    private = whole[whole["CD_IMM"].isna()].dropna(axis=1, how="all")
    private = private.assign(NO_TEL="418 555-0100", NOM_DIR="Une Directrice")
    listed = {
        "Écoles publiques": ("pps_public_ecole.csv", public),
        "Installations privées": ("pps_prive_installation.csv", private),
        "Immeubles publics": ("pps_public_immeuble.csv", public),
        "Établissements privés": ("pps_prive_etablissement.csv", private),
    }
    resources = [resource(name, "CSV", FILES + file) for name, (file, _) in listed.items()]
    routes = records(QUEBEC_API, {SLUG: record_reply(*resources)})
    for file, frame in listed.values():
        routes |= file_route(FILES + file, frame.to_csv(index=False).encode(), "text/csv")
    with serving(routes) as service:
        work = context(service, tmp_path)
        result = fetch(work)
        asked = {request.path.rsplit("/", 1)[-1] for request in service.requests}
    assert asked == {"package_show", "pps_public_ecole.csv", "pps_prive_installation.csv"}
    (declared,) = declaration_of(SOURCE).files
    again = read_file(declared, work.folder)
    key = ["CD_ORGNS", "CD_IMM"]
    before = raw_of(SOURCE)["schools"].sort_values(key, ignore_index=True)
    after = again.sort_values(key, ignore_index=True)
    # Without LONGITUDE, the list gives the same point to six decimals.
    pd.testing.assert_frame_equal(after, before, check_exact=False, atol=1e-6)
    assert b"Directrice" not in (work.folder / declared.path).read_bytes()
    assert len(result.retrieved) == 2
