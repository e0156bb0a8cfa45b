"""Childcare: located by postal code, without telephones, and province-wide once fetched."""

from __future__ import annotations

import pandas as pd
import pytest

from etl.door import read_file
from etl.registry import declaration_of
from etl.service_tables import services_table
from etl.sources.mfa_childcare_monteregie.live import fetch
from etl.sources.mfa_childcare_monteregie.transform import transform
from geodata.errors import CellError
from tests.etl.clients.portal import QUEBEC_API, context, file_route, record_reply, records, resource
from tests.etl.services.server import serving

SOURCE = "mfa_childcare_monteregie"
SLUG = "liste-des-centres-de-la-petite-enfance-cpe-et-des-garderies-en-fonction"
URL = "https://www.donneesquebec.ca/recherche/dataset/d/resource/r/download/repertoire-installation.csv"

PUBLISHED = pd.DataFrame(
    {
        "CODE_REGION_COMPO": ["6", "16", "9"],
        "REGION": ["6 - Montréal", "16 - Montérégie", "9 - Côte-Nord"],
        "NOM": ["CPE Les Petits Pas", "Garderie Éléphant", "CPE Sous le Foyer de groupe"],
        "TYPE": ["CPE", "GARD", "CPE"],
        "ADRESSE": ["12, rue Saint-Denis", "3, boulevard Taschereau", "4, rue Cachée"],
        "NOM_MUN_COMPO": ["Montréal", "Brossard", "Sept-Îles"],
        "CODE_POSTAL_COMPO": ["h2x 1k4", "J4Z 1A1", "G4R 1A1"],
        "PLACE_TOTAL": ["80", "60", "20"],
        "PLACE_TOTAL_POUPON": ["10", "", "0"],
        "SUBV": ["CR", "", "CR"],
        "telephone1": ["514 555-0100"] * 3,
        "INTERNET": ["une.personne@exemple.ca"] * 3,
    }
)


@pytest.fixture(scope="module")
def places(tables_of):
    return tables_of(SOURCE).places


def test_every_service_is_a_place_without_coordinates(places, tables_of):
    assert len(places) == 592
    assert places["place_id"].is_unique
    assert places["longitude"].isna().all()
    assert places["postal_code"].str.fullmatch(r"[A-Z]\d[A-Z] \d[A-Z]\d").all()
    assert "38900 places" in tables_of(SOURCE).notes[0].fr


def test_a_service_reads_as_published(places):
    one = places[places["name"].str.contains("DOUCE COUVÉE")].iloc[0]
    assert (one["address"], one["city"], one["postal_code"]) == ("545, rue Bonin", "Acton Vale", "J0H 1A0")
    assert one["detail_fr"] == (
        "centre de la petite enfance (CPE), 65 places, dont 10 pour poupons, contribution réduite"
    )
    assert one["kinds"] == ["childcare"]
    assert one["category"] == "youth"


def test_the_capacity_of_a_service_is_that_of_its_permit(places):
    assert services_table(places.assign(source_id="mfa"))["capacity"].sum() == 38_900


def test_a_capacity_shared_by_several_kinds_is_nobody_knows_how_much(places):
    two = places.head(1).assign(source_id="mfa", kinds=pd.Series([["childcare", "school"]], places.index[:1]))
    assert services_table(two)["capacity"].isna().all()


def test_two_permits_at_one_address_stay_two(places):
    twins = places[places["name"].eq("C.P.E. LES FRIMOUSSES DU FORT")]
    assert len(twins) >= 2
    assert twins["place_id"].str.endswith("-2").sum() == 1


def test_identifiers_do_not_move_with_the_order_of_rows(raw_of, places):
    rows = raw_of(SOURCE)["childcare"]
    again = transform({"childcare": rows.iloc[::-1]}).places
    assert set(again["place_id"]) == set(places["place_id"])


def test_no_telephone_is_read():
    columns = declaration_of(SOURCE).files[0].columns
    assert not [c for c in columns if "phone" in c.lower() or "courriel" in c.lower()]


def test_only_monteregie_is_counted():
    assert declaration_of(SOURCE).area == ("region:16",)


def _fetch(published: pd.DataFrame, folder, encoding: str = "cp1252"):
    listed = [
        resource("Répertoire des installations", "CSV", URL),
        resource("Garde en milieu familial", "PDF", URL.replace(".csv", ".pdf")),
    ]
    routes = records(QUEBEC_API, {SLUG: record_reply(*listed)})
    routes |= file_route(URL, published.to_csv(index=False).encode(encoding), "text/csv")
    with serving(routes) as service:
        work = context(service, folder)
        result = fetch(work)
    (declared,) = declaration_of(SOURCE).files
    return result, read_file(declared, work.folder), (work.folder / declared.path).read_bytes()


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig"])
def test_the_whole_of_quebec_is_fetched_without_anyone_s_contact(tmp_path, encoding):
    result, childcare, written = _fetch(PUBLISHED, tmp_path, encoding)
    assert childcare["Région administrative"].tolist() == PUBLISHED["REGION"].tolist()
    assert childcare["Code postal"].tolist()[0] == "H2X 1K4"
    assert childcare["Places totales au permis"].tolist() == [80, 60, 20]
    assert b"exemple.ca" not in written
    assert b"555-0100" not in written
    tables = transform({"childcare": childcare})
    # The name of the third says that its address protects someone.
    assert tables.places["city"].tolist() == ["Montréal", "Brossard"]
    assert "garderie, 60 places" in set(tables.places["detail_fr"])
    assert result.vintage == "2026-03-23"


def test_a_number_of_places_that_is_a_word_is_refused(tmp_path):
    wrong = PUBLISHED.assign(PLACE_TOTAL=["80", "soixante", "20"])
    with pytest.raises(CellError, match="« soixante » n'est pas un nombre"):
        _fetch(wrong, tmp_path)
