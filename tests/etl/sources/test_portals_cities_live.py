"""The two cities' sources, fetched from local portals that publish as theirs do."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from etl.registry import declaration_of
from geodata.errors import CellError, ColumnError
from tests.etl.clients.portal import (
    CITY_FILES,
    FILES,
    MONTREAL_API,
    QUEBEC_API,
    csv,
    fetch,
    file_route,
    geojson,
    portal,
    record_reply,
    records,
    resource,
)
from tests.etl.services.server import Routes


def _iemv(**changes) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "ADIDU": [24660046.0, 24660044.0, 24660044.0],
            "NOM": ["Montréal-Nord"] * 3,
            "Indice_emv": [2.0, None, None],
            "tot_pop": [426, 0, 0],
            "ACP_soci": [1.0, None, None],
            "ACP_eco": [0.0, None, None],
            "ACP_envi": [0.0, None, None],
            "ACP_proximite": [1.0, None, None],
            "ACP_CultSportLoisir": [0.0, None, None],
            "ACP_securite": [0.0, None, None],
        }
        | changes,
        geometry=[box(x, 45, x + 0.01, 45.01) for x in (-73.6, -73.5, -73.4)],
        crs=4326,
    )


def _iemv_routes(layer: gpd.GeoDataFrame, licence: str = "cc-by") -> Routes:
    files = {
        f"Indice d'équité des milieux de vie, {edition}": (
            "GeoJSON",
            f"{CITY_FILES}iemv_{stem}.geojson",
            body,
        )
        for edition, stem, body in (
            ("2026", "v2026_agglo", geojson(layer)),
            ("2026 (ville)", "v2026_vm", b"{}"),
            ("2023", "2023", b"{}"),
        )
    }
    return portal(MONTREAL_API, "indice-equite-milieux-vie", files, licence)


def test_iemv_is_read_from_the_city_and_no_longer_called_reconstructed(tmp_path):
    _, raw = fetch("montreal_iemv_2026", _iemv_routes(_iemv()), tmp_path)
    areas = raw["areas"].set_index("DAUID")
    assert len(areas) == 2
    assert areas.loc["24660046", ["score", "flag_soci", "flag_prox"]].tolist() == [2, 1, 1]
    tables = declaration_of("montreal_iemv_2026").transform()(raw)
    assert "non reconstituées" in tables.notes[0].fr
    cells = tables.cells.set_index("cell_id")
    assert cells["status"].to_dict() == {"da:24660046": "ok", "da:24660044": "no_data"}


def test_the_mirror_of_iemv_stays_called_reconstructed(tables_of):
    assert "reconstituées d'un dessin" in tables_of("montreal_iemv_2026").notes[0].fr


def test_an_iemv_score_that_is_not_the_sum_of_its_flags_is_refused(tmp_path):
    _, raw = fetch("montreal_iemv_2026", _iemv_routes(_iemv(Indice_emv=[5.0, None, None])), tmp_path)
    with pytest.raises(CellError, match="somme des six dimensions"):
        declaration_of("montreal_iemv_2026").transform()(raw)


def test_a_renamed_column_names_those_that_were_found(tmp_path):
    layer = _iemv().rename(columns={"ACP_securite": "SECURITE_URBAINE"})
    with pytest.raises(ColumnError, match=r"« flag_secu » manque.*SECURITE_URBAINE"):
        fetch("montreal_iemv_2026", _iemv_routes(layer), tmp_path)


def test_the_neighbourhoods_of_montreal_come_from_two_records(mirror, tmp_path):
    boroughs = gpd.read_parquet(
        mirror / "montreal_neighbourhoods/mtl_arrondissements_villes_liees_2023.parquet"
    )
    quartiers = gpd.read_parquet(
        mirror / "montreal_neighbourhoods/mtl_quartiers_sociologiques.parquet"
    ).rename(columns={"Q_socio": "Q_sociologique", "Abrev": "Abreviation"})
    limits = [
        resource(
            f"Limites ({crs})", "GeoJSON", f"{CITY_FILES}limites-administratives-agglomeration{end}.geojson"
        )
        for crs, end in (("NAD83", "-nad83"), ("WGS 84", ""))
    ]
    social = [
        resource("Quartiers sociologiques", "GeoJSON", f"{CITY_FILES}quartiers_sociologiques_2020.geojson")
    ]
    routes = records(
        MONTREAL_API,
        {
            "limites-administratives-agglomeration": record_reply(*limits),
            "quartiers-sociologiques": record_reply(*social),
        },
    )
    routes |= file_route(limits[1]["url"], geojson(boroughs.drop(columns="DATEMODIF")))
    routes |= file_route(social[0]["url"], geojson(quartiers))
    result, raw = fetch("montreal_neighbourhoods", routes, tmp_path)
    assert (len(raw["boroughs"]), len(raw["quartiers"])) == (34, 32)
    assert len(result.retrieved) == 2
    tables = declaration_of("montreal_neighbourhoods").transform()(raw)
    assert tables.territories["level"].value_counts()["table"] == 32


def test_the_places_of_montreal_come_as_published(mirror, tmp_path):
    body = (mirror / "montreal_places/vdm_lieux_interet_montreal.csv").read_bytes()
    files = {"Lieux d'intérêt (CSV)": ("CSV", f"{CITY_FILES}lieux_d_interet.csv", body)}
    _, raw = fetch("montreal_places", portal(MONTREAL_API, "lieux-d-interet", files), tmp_path)
    assert len(raw["places"]) == 3231
    tables = declaration_of("montreal_places").transform()(raw)
    assert len(tables.places) == 261
    assert tables.places.loc[0, "longitude"] == pytest.approx(raw["places"]["Longitude"].iloc[0], abs=1)


def test_the_places_of_quebec_city_may_be_written_as_points(tmp_path):
    quartiers = gpd.GeoDataFrame(
        {"ID": [1], "NOM": ["Saint-Jean-Baptiste"]}, geometry=[box(-71.23, 46.80, -71.21, 46.82)], crs=4326
    )
    places = pd.DataFrame(
        {
            "ID": ["7", "8"],
            "NO_CIVIQUE": ["240", ""],
            "NOM_TOPOGRAPHIE": ["Centre Lucien-Borne", "Patro"],
            "RUE": ["Rue Saint-Jean", ""],
            "DESCRIPTION": ["Centres communautaires", "Patros"],
            "GEOMETRIE": ["POINT (-71.2265 46.8034)", ""],
        }
    )
    limits = resource("Quartiers", "GeoJSON", f"{FILES}vdq-quartier.geojson")
    listed = resource("Lieux publics", "CSV", f"{FILES}vdq-lieupublic.csv")
    routes = records(
        QUEBEC_API,
        {"vque_9": record_reply(limits), "daa10606-5fdd-4c9b-b5ef-235081690b6e": record_reply(listed)},
    )
    routes |= file_route(limits["url"], geojson(quartiers)) | file_route(
        listed["url"], csv(places), "text/csv"
    )
    _, raw = fetch("quebec_city", routes, tmp_path)
    assert raw["places"]["LONGITUDE"].iloc[0] == -71.2265
    assert raw["places"]["LATITUDE"].isna().tolist() == [False, True]
    tables = declaration_of("quebec_city").transform()(raw)
    assert tables.places["address"].tolist() == ["240, Rue Saint-Jean", ""]


def test_a_licence_that_changed_is_a_note_of_the_fetch(tmp_path):
    result, _ = fetch("montreal_iemv_2026", _iemv_routes(_iemv(), licence="cc-by-nc"), tmp_path)
    assert "« cc-by-nc », « cc-by-4.0 » est déclarée" in result.notes[0].fr
