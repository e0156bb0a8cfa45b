"""Networks that are kept: built once, listed, opened, removed."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import LineString
from typer.testing import CliRunner

from etl.cli import app
from etl.networks import shelf
from etl.networks.reading import About
from etl.networks.shelf import add_network, networks, open_network, remove_network
from geodata.errors import SourceNotFoundError
from geodata.networks.errors import NetworkFileError, NetworkNotFoundError
from geodata.networks.graph import RoadGraph
from tests.etl.networks.feeds import write_zip


@pytest.fixture
def roads(tmp_path: Path) -> Path:
    path = tmp_path / "rues.parquet"
    line = LineString([(-71.3, 46.8), (-71.29, 46.8)])
    gpd.GeoDataFrame({"vitesse": [50]}, geometry=[line], crs=4326).to_parquet(path)
    return path


def test_the_same_file_is_built_once(roads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = add_network(roads, home=tmp_path)
    monkeypatch.delattr(shelf, "read_network")
    again = add_network(roads, home=tmp_path)
    assert (first.new, again.new) == (True, False)
    assert again.facts == first.facts == networks(tmp_path)[0]
    graph = open_network(first.facts.id[:6], tmp_path)
    assert isinstance(graph, RoadGraph)
    assert graph.facts == first.facts


def test_other_words_build_it_again_in_the_same_place(roads: Path, tmp_path: Path) -> None:
    add_network(roads, home=tmp_path)
    kept = add_network(roads, About("Essai", "Ville", "CC-BY", "2026"), home=tmp_path)
    assert kept.new
    assert [(facts.name, facts.vintage) for facts in networks(tmp_path)] == [("Essai", "2026")]


def test_a_timetable_is_kept_beside_the_streets(roads: Path, tmp_path: Path) -> None:
    feed = write_zip(tmp_path / "gtfs.zip")
    add_network(roads, home=tmp_path)
    kept = add_network(feed, About("Bus"), home=tmp_path)
    assert [facts.name for facts in networks(tmp_path)] == ["Bus", "rues"]
    assert open_network(kept.facts.id, tmp_path).facts == kept.facts


def test_nothing_is_written_when_a_file_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for name in ("cut.osm.pbf", "rues.gpkg", "rues.txt"):
        (tmp_path / name).write_bytes(b"rien")
        with pytest.raises(NetworkFileError):
            add_network(tmp_path / name, home=home)
    with pytest.raises(SourceNotFoundError):
        add_network(tmp_path / "absent.osm.pbf", home=home)
    assert not home.exists()


def test_a_damaged_network_is_left_out_and_told(roads: Path, tmp_path: Path) -> None:
    place = tmp_path / "networks" / add_network(roads, home=tmp_path).facts.id
    (place / "network.npz").write_bytes(b"PK")
    with pytest.raises(NetworkFileError):
        open_network(place.name, tmp_path)
    (place / "facts.json").write_text("{")
    assert networks(tmp_path) == []
    assert add_network(roads, home=tmp_path).new
    assert len(networks(tmp_path)) == 1


def test_a_removed_network_is_not_found(roads: Path, tmp_path: Path) -> None:
    name = add_network(roads, home=tmp_path).facts.id
    assert remove_network(name, tmp_path) == name
    for unknown in (name, "", "../networks"):
        with pytest.raises(NetworkNotFoundError):
            open_network(unknown, tmp_path)


def test_the_commands(roads: Path, tmp_path: Path) -> None:
    def run(*words: str) -> str:
        result = CliRunner().invoke(app, ["network", *words, "--home", str(tmp_path)], catch_exceptions=False)
        assert result.exit_code == 0
        return result.output

    built = json.loads(run("build", str(roads), "--name", "Essai", "--json"))
    assert (built["ok"], built["new"], built["report"]["roads"]) == (True, True, 1)
    assert "déjà construit" in run("build", str(roads), "--name", "Essai")
    assert [facts["id"] for facts in json.loads(run("list", "--json"))] == [built["id"]]
    assert "Essai" in run("list")
    assert "tout le réseau se tient" in run("show", built["id"][:5]).replace("\n", " ")
    assert json.loads(run("remove", built["id"], "--json"))["removed"] == built["id"]
    assert json.loads(run("list", "--json")) == []
