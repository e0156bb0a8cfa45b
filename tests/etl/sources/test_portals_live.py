"""Each source of the portals, fetched from a local portal that publishes as the real ones do."""

from __future__ import annotations

import io
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.geometry import MultiPolygon, box

from etl.registry import declaration_of
from geodata.errors import ColumnError, CrsError, JoinError, SourceFileError
from tests.etl.clients.portal import (
    FILES,
    QUEBEC_API,
    csv,
    fetch,
    portal,
    shapefile_zip,
)
from tests.etl.services.server import Routes, json_reply


def test_every_live_source_says_where_it_is_asked():
    for source in ("msss_m02", "msss_territories", "mamh_municipalities", "qc_mrc", "montreal_iemv_2026",
                   "montreal_neighbourhoods", "montreal_places", "quebec_city", "msss_population",
                   "inspq_idms_2021", "meq_schools", "mfa_childcare_monteregie"):  # fmt: skip
        live = declaration_of(source).live
        assert live is not None
        assert live.service == "ckan"
        assert "package_show?id=" in live.url
    assert declaration_of("osm_places").live.service == "overpass"
    assert declaration_of("inspq_idms_2021_montreal").live is None


def m02_routes(mirror: Path) -> Routes:
    files = {
        name: ("CSV", f"{FILES}{stem}csv.csv", (mirror / "msss_m02" / f"{stem}csv.csv").read_bytes())
        for name, stem in (
            ("Fichier M02 des installations (CSV)", "installations"),
            ("Fichier M02 des établissements (CSV)", "etablissements"),
        )
    }
    guide = {"Guide des installations et des établissements": ("PDF", f"{FILES}guide.pdf", b"%PDF")}
    slug = "fichiers-cartographiques-m02-des-installations-et-etablissements"
    return portal(QUEBEC_API, slug, files | guide)


def test_m02_is_taken_as_it_is_published(mirror, tmp_path):
    result, raw = fetch("msss_m02", m02_routes(mirror), tmp_path)
    assert len(raw["facilities"]) == 1592
    assert len(raw["establishments"]) == 127
    declared = {f.sha256 for f in declaration_of("msss_m02").files}
    assert {r.sha256 for r in result.retrieved} == declared
    assert (result.vintage, result.notes) == ("2026-03-23", ())


def test_the_directory_of_municipalities_keeps_nobody(tmp_path):
    published = pd.DataFrame(
        {
            "mcode": ["1023", "66023"],
            "munnom": ["Les Îles-de-la-Madeleine", "Montréal"],
            "regadm": ["Gaspésie–Îles-de-la-Madeleine (11)", "Montréal (06)"],
            "mrc": [None, None],
            "msupft": ["167,53", "364.74"],
            "mcourriel": ["mairesse@exemple.qc.ca", "maire@exemple.qc.ca"],
            "mprenommaire": ["Une", "Un"],
        }
    )
    shape = [{"type": "Polygon", "coordinates": [[[-62, 47], [-61, 47], [-61, 48], [-62, 47]]]}]
    census = [("2401023", "Les Îles-de-la-Madeleine"), ("2466023", "Montréal")]
    features = [
        {"type": "Feature", "geometry": shape[0],
         "properties": {"CSDUID": c, "CSDNAME": n, "CSDTYPE": "V", "LANDAREA": 1.0, "PRUID": "24"}}
        for c, n in census
    ]  # fmt: skip

    def layer(asked):
        if asked.one("returnCountOnly") == "true":
            return json_reply({"count": 2})
        return json_reply({"type": "FeatureCollection", "features": features})

    body = csv(published, "cp1252")
    slug = "repertoire-des-municipalites-du-quebec"
    routes = portal(
        QUEBEC_API,
        slug,
        {"Municipalités": ("CSV", "https://donneesouvertes.affmunqc.net/repertoire/MUN.csv", body)},
    )
    query = "/geo.statcan.gc.ca/geo_wa/rest/services/2021/Cartographic_boundary_files/MapServer/9/query"
    routes |= {("GET", query): layer, ("POST", query): layer}
    result, raw = fetch("mamh_municipalities", routes, tmp_path)
    assert raw["directory"]["mcode"].tolist() == ["01023", "66023"]
    assert raw["directory"]["munnom"].tolist()[0] == "Les Îles-de-la-Madeleine"
    written = b"".join(p.read_bytes() for p in (tmp_path / "files").rglob("*.parquet"))
    assert b"mcourriel" not in written
    assert b"exemple.qc.ca" not in written
    assert len(result.retrieved) == 2
    notes = declaration_of("mamh_municipalities").transform()(raw).notes
    assert notes[0].fr.startswith("0 codes")


def _clsc_layer() -> gpd.GeoDataFrame:
    """Four CLSCs side by side in two local networks of one region, in metres."""
    codes = ["06111", "06112", "06121", "06122"]
    return gpd.GeoDataFrame(
        {
            "CLSC_code": codes,
            "CLSC_nom": ["Lac-Saint-Louis", "Pierrefonds", "LaSalle", "Dorval"],
            "RLS_code": [c[:4] for c in codes],
            "RTS_code": ["061"] * 4,
            "RSS_code": ["06"] * 4,
            "Version": ["2026-01-01"] * 4,
        },
        geometry=[box(x, 200_000, x + 1000, 201_000) for x in (0, 1000, 2000, 3000)],
        crs=6623,
    )


def _population(years: tuple[int, ...] = (2021, 2031)) -> pd.DataFrame:
    territories = [
        ("Le Québec", "99 Ensemble du Québec"),
        ("RSS", "06 Montréal"),
        ("RTS", "061 RTS de l'Ouest-de-l'Île-de-Montréal"),
        ("RLS", "0611 RLS de l'Ouest-de-l'Île"),
        ("RLS", "0612 RLS de Dorval–Lachine–LaSalle"),
        ("CLSC", "06111 Lac-Saint-Louis"),
    ]
    ages = {("90+" if age == 90 else str(age)): "1 000" if age == 3 else "10" for age in range(91)}
    rows = [
        {"Statut": "e", "Annee": str(y), "NiveauGeographique": g, "Territoire": t, "Sexe": s,
         "TousLesAges": "1", **ages}
        for y in years for g, t in territories for s in ("Masculin", "Féminin", "Total")
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _population_route(frame: pd.DataFrame) -> Routes:
    slug = "estimations-et-projections-de-population-comparables"
    files = {
        "Estimations et projections de population comparables": (
            "CSV", f"{FILES}estimationprojectionuniquedonneesouvertes.csv", csv(frame)
        ),
        "Métadonnées": ("PDF", f"{FILES}metadonnees.pdf", b"%PDF"),
    }  # fmt: skip
    return portal(QUEBEC_API, slug, files)


def test_population_is_brought_to_single_ages(tmp_path):
    result, raw = fetch("msss_population", _population_route(_population()), tmp_path)
    people = raw["people"]
    assert set(people["geo"]) == {"Québec", "RSS", "RTS", "RLS", "CLSC"}
    clsc = people[people["geo"].eq("CLSC") & people["sexe"].eq("Total")].iloc[0]
    assert (clsc["region_id"], clsc["3"], clsc["90"]) == ("6111", 1000, 10)
    assert people.loc[people["geo"].eq("Québec"), "region_id"].unique().tolist() == ["99"]
    assert result.vintage == "2021-2031"
    tables = declaration_of("msss_population").transform()(raw)
    # 90 ages of 10 people and one of 1,000.
    assert tables.health_people.set_index("territory_id").loc["clsc:06111", "people"] == 1900


def test_population_without_an_age_is_refused(tmp_path):
    with pytest.raises(ColumnError, match="L'âge 44 manque"):
        fetch("msss_population", _population_route(_population().drop(columns="44")), tmp_path)


def _territories(layer: gpd.GeoDataFrame, folder: Path) -> Routes:
    old = f"{FILES}territoires_clsc_2017.zip"
    new = f"{FILES}territoires_clsc_2026.zip"
    files = {
        "Limites territoriales des CLSC en 2017": ("SHP", old, b"PK never asked"),
        "Limites territoriales des CLSC en 2026": (
            "SHP", new, shapefile_zip({"Territoires_CLSC_2026": layer}, folder)
        ),
        "Limites territoriales des RSS en 2026": ("SHP", f"{FILES}territoires_rss_2026.zip", b"PK"),
    }  # fmt: skip
    routes = portal(QUEBEC_API, "limites-territoriales", files)
    population = _population_route(_population())
    show = ("GET", f"{QUEBEC_API}package_show")
    both, own = routes[show], population[show]
    joined = lambda asked: (own if "population" in asked.one("id") else both)(asked)  # noqa: E731
    return routes | population | {show: joined}


def test_real_clsc_shapes_replace_the_rebuilt_ones(tmp_path):
    result, raw = fetch("msss_territories", _territories(_clsc_layer(), tmp_path), tmp_path)
    assert {name: len(frame) for name, frame in raw.items() if name != "names"} == {
        "clsc": 4, "rls": 2, "rts": 1, "rss": 1,
    }  # fmt: skip
    metres = {name: raw[name].to_crs(6623).area.sum() for name in ("clsc", "rls", "rts", "rss")}
    assert list(metres.values()) == pytest.approx([4e6] * 4, rel=1e-6)
    assert raw["rls"].set_index("RLS_code").loc["0611", "RLS_nom"] == "RLS de l'Ouest-de-l'Île"
    assert result.vintage == "2026"
    territories = declaration_of("msss_territories").transform()(raw).territories
    clsc = territories[territories["level"].eq("clsc")]
    assert set(clsc["caveat_fr"]) == {""}
    rts = territories[territories["level"].eq("rts")]
    assert rts["name_fr"].tolist() == ["RTS de l'Ouest-de-l'Île-de-Montréal"]


def test_the_mirror_shapes_stay_called_rebuilt(tables_of):
    territories = tables_of("msss_territories").territories
    clsc = territories[territories["level"].eq("clsc")]
    assert clsc["caveat_fr"].str.contains("reconstruites").all()


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_clsc_layer_without_its_system_is_refused(tmp_path):
    layer = _clsc_layer()
    with pytest.raises(CrsError, match="système de coordonnées"):
        fetch("msss_territories", _territories(layer.set_crs(None, allow_override=True), tmp_path), tmp_path)


def test_a_network_in_two_regions_is_refused(tmp_path):
    layer = _clsc_layer()
    layer.loc[3, "RSS_code"] = "13"
    layer.loc[3, "RTS_code"] = "131"
    with pytest.raises(JoinError, match="Un RLS est dans deux RTS"):
        fetch("msss_territories", _territories(layer, tmp_path), tmp_path)


def test_a_bomb_or_a_climbing_name_in_the_archive_is_refused(tmp_path):
    import zipfile

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("../territoires_clsc_2026.shp", b"x")
    files = {"CLSC 2026": ("SHP", f"{FILES}territoires_clsc_2026.zip", held.getvalue())}
    with pytest.raises(SourceFileError):
        fetch("msss_territories", portal(QUEBEC_API, "limites-territoriales", files), tmp_path)


def test_mrc_are_dissolved_and_take_the_land_of_the_census(tmp_path):
    """Land by hand: 10 + 20 in MRC 66, 5 in 371 (a municipality merged away: found by its division)."""
    squares = [box(x, 45, x + 1, 46) for x in (-74, -73, -72, -71)]
    mrc = gpd.GeoDataFrame(
        {
            "MRS_CO_MRC": ["66", "660", "371", None],
            "MRS_NM_MRC": ["Montréal", "Montréal", "Trois-Rivières", "Golfe"],
            "MRS_CO_REG": ["06", "6", "04", None],
        },
        geometry=[shapely.force_3d(s, 1.0) for s in squares],
        crs=4269,
    )
    regions = gpd.GeoDataFrame(
        {"RES_CO_REG": ["06", "04", "99"], "RES_NM_REG": ["Montréal", "Mauricie", "Golfe"]},
        geometry=[MultiPolygon(squares[:2]), squares[2], squares[3]],
        crs=4269,
    )
    munic = gpd.GeoDataFrame(
        {"MUS_CO_GEO": ["66023", "37067"], "MUS_CO_MRC": ["66", "371"]}, geometry=squares[1:3], crs=4269
    )
    archive = shapefile_zip({"mrc_s": mrc, "regio_s": regions, "munic_s": munic}, tmp_path)
    address = "https://diffusion.mern.gouv.qc.ca/Diffusion/RGQ/Vectoriel/Theme/Local/SDA_20k/SHP/SHP.zip"
    coarse = "https://diffusion.mern.gouv.qc.ca/Diffusion/RGQ/Vectoriel/Theme/Regional/SDA_100k/SHP/SHP.zip"
    files = {
        "Découpages administratifs 1/20 000": ("SHP", address, archive),
        "Découpages administratifs 1/100 000": ("SHP", coarse, b"PK"),
    }
    shape = {"type": "Polygon", "coordinates": [[[-74, 45], [-73, 45], [-73, 46], [-74, 45]]]}
    census = [("2466023", 10.0), ("2466007", 20.0), ("2437067", 5.0), ("2499999", 7.0)]
    features = [
        {"type": "Feature", "geometry": shape,
         "properties": {"CSDUID": c, "CSDNAME": c, "CSDTYPE": "V", "LANDAREA": km2, "PRUID": "24"}}
        for c, km2 in census
    ]  # fmt: skip

    def layer(asked):
        if asked.one("returnCountOnly") == "true":
            return json_reply({"count": 4})
        return json_reply({"type": "FeatureCollection", "features": features})

    routes = portal(QUEBEC_API, "decoupages-administratifs", files)
    query = "/geo.statcan.gc.ca/geo_wa/rest/services/2021/Cartographic_boundary_files/MapServer/9/query"
    routes |= {("GET", query): layer, ("POST", query): layer}
    result, raw = fetch("qc_mrc", routes, tmp_path)
    found = raw["mrc"].set_index("MRC_code")
    assert found["land_km2"].to_dict() == {"66": 30.0, "371": 5.0}
    assert found["region_code"].to_dict() == {"66": "06", "371": "04"}
    assert not found.geometry.has_z.any()
    assert found.geometry["66"].bounds == pytest.approx((-74, 45, -72, 46), abs=1e-4)
    assert raw["regions"].set_index("region_code")["land_km2"].to_dict() == {"06": 30.0, "04": 5.0}
    assert any("1 municipalités" in note.fr for note in result.notes)
    tables = declaration_of("qc_mrc").transform()(raw)
    assert set(tables.territories["territory_id"]) >= {"mrc:66", "mrc:371", "province:24"}
