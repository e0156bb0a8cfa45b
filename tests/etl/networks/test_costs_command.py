"""``proximite costs``: what it writes, and how it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from etl.cli import app
from etl.networks import costing
from etl.networks.cluster import ClusterError, DaskRunner
from etl.networks.costs_files import read_points
from etl.networks.shelf import add_network
from geodata.access.errors import AccessError
from geodata.errors import ProximiteError, SourceFileError
from geodata.networks.pool import in_process
from geodata.networks.solving import Chunk, ChunkResult, Payload
from geodata.text import Text
from tests.etl.networks.feeds import write_zip

POINTS = "id,longitude,latitude\nhome,-71.2,46.800\nfar,-61.8,47.4\n"
SERVICES = "id,longitude,latitude\nhospital,-71.2,46.874\npark,-71.2,46.802\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with places, and run what is asked in this process."""
    (tmp_path / "origins.csv").write_text(POINTS, "utf-8")
    (tmp_path / "sites.csv").write_text(SERVICES, "utf-8")
    monkeypatch.setattr(costing, "in_pool", in_process)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def costs(*arguments: str) -> Any:
    common = [
        "costs",
        "--origins",
        "origins.csv",
        "--sites",
        "sites.csv",
        "--home",
        ".",
        "--out",
        "out.parquet",
    ]
    return CliRunner().invoke(app, [*common, *arguments])


def test_a_straight_line_is_written_with_what_is_known_of_it(here: Path) -> None:
    answer = costs("--mode", "walk", "--cutoff", "30", "--json")
    assert answer.exit_code == 0
    frame = pd.read_parquet(here / "out.parquet")
    assert frame.columns.tolist() == ["origin_id", "destination_id", "minutes", "km"]
    assert frame[["origin_id", "destination_id"]].to_numpy().tolist() == [["home", "park"]]
    facts = json.loads((here / "out.json").read_text("utf-8"))
    assert facts == json.loads(answer.stdout)["facts"]
    assert (facts["complete"], facts["engine"], facts["mode"]) == (True, "straight_line", "walk")
    assert (facts["unreachable"], facts["unreached_sites"]) == (["far"], ["hospital"])
    assert (facts["pairs"], facts["incomplete"], facts["snapped"]["origins"]) == (1, [], None)


def test_transit_by_a_network_of_the_shelf(here: Path) -> None:
    network = add_network(write_zip(here / "feed.zip"), home=here).facts.id
    answer = costs("--mode", "transit", "--network", network, "--cutoff", "70")
    assert answer.exit_code == 0
    minutes = pd.read_parquet(here / "out.parquet").set_index(["origin_id", "destination_id"])["minutes"]
    # The itinerary worked by hand of the feed; stops have the detour of a town, the starting point none.
    assert minutes["home", "hospital"] == pytest.approx(35 + 3.62 + 18, abs=0.02)
    assert json.loads((here / "out.json").read_text("utf-8"))["network_id"] == network
    assert "hors de portée / out of reach : 1" in answer.output
    assert not list((here / "costs").iterdir())


class Dying:
    """A cluster that solves one chunk, then goes away."""

    stopped: ClusterError | None = None

    def __call__(self, payload: Payload, chunks: Sequence[Chunk]) -> Iterator[ChunkResult]:
        yield from in_process(payload, chunks[:1])
        if chunks[1:]:
            self.stopped = ClusterError(Text("La grappe", "The cluster"), hint=Text("relancez", "again"))


def test_a_partial_answer_is_marked_set_apart_and_taken_up(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = add_network(write_zip(here / "feed.zip"), home=here).facts.id
    order = ("--mode", "transit", "--network", network, "--scheduler", "tcp://127.0.0.1:9")
    monkeypatch.setattr(costing, "DaskRunner", lambda address: Dying())
    (here / "out.parquet").write_bytes(b"an earlier answer")

    stopped = costs(*order, "--json")
    assert isinstance(stopped.exception, ClusterError)
    places = {"path": "out.partial.parquet", "facts_path": "out.partial.json"}
    assert json.loads(stopped.stdout)["partial"] == places
    assert (here / "out.parquet").read_bytes() == b"an earlier answer"
    facts = json.loads((here / "out.partial.json").read_text("utf-8"))
    assert (facts["complete"], facts["incomplete"]) == (False, ["home", "far"])
    assert facts["unreachable"] == []

    whole = costs(*order)
    assert whole.exit_code == 0
    assert json.loads((here / "out.json").read_text("utf-8"))["complete"]
    assert sorted(path.name for path in here.glob("out*")) == ["out.json", "out.parquet"]


def test_no_cluster_is_told_and_writes_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = add_network(write_zip(here / "feed.zip"), home=here).facts.id
    hasty: Callable[[str], DaskRunner] = lambda address: DaskRunner(address, connect_seconds=0.2)  # noqa: E731
    monkeypatch.setattr(costing, "DaskRunner", hasty)
    answer = costs("--mode", "transit", "--network", network, "--scheduler", "tcp://127.0.0.1:9")
    assert isinstance(answer.exception, ClusterError)
    assert not list(here.glob("out*"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--mode", "transit"), "transport collectif"),
        (("--network", "0123"), "identifiant"),
        (("--scheduler", "tcp://127.0.0.1:9"), "grappe"),
        (("--cutoff", "0"), "0"),
        (("--cutoff", "nan"), "nan"),
        (("--out", "absent/out.parquet"), "absent"),
        (("--out", "out.csv"), "parquet"),
        (("--origins", "nothing.csv"), "nothing.csv"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(here: Path, arguments: tuple[str, ...], said: str) -> None:
    answer = costs(*arguments, "--json")
    assert isinstance(answer.exception, ProximiteError)
    assert said in json.loads(answer.stdout)["error"]["fr"]
    assert sorted(path.name for path in here.iterdir()) == ["origins.csv", "sites.csv"]


def test_without_services_the_command_says_so(here: Path) -> None:
    answer = CliRunner().invoke(app, ["costs", "--out", "out.parquet", "--home", "."])
    assert isinstance(answer.exception, ProximiteError)
    assert "--kind" in str(answer.exception)


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.csv", "id,longitude\na,-71\n", SourceFileError),
        ("a.csv", "id,longitude,latitude\n", SourceFileError),
        ("a.csv", "", SourceFileError),
        ("a.txt", POINTS, SourceFileError),
        ("a.parquet", POINTS, SourceFileError),
        ("a.csv", "id,longitude,latitude\na,-71,46\na,-72,46\n", AccessError),
        ("a.csv", "id,longitude,latitude\n,-71,46\n", AccessError),
        ("a.csv", "id,longitude,latitude\na,46,-71\n", AccessError),
        ("a.csv", "id,longitude,latitude\na,là,46\n", AccessError),
    ],
)
def test_a_file_of_places_that_is_not_one_is_refused(
    tmp_path: Path, name: str, content: str, error: type[ProximiteError]
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(error):
        read_points(tmp_path / name)


def test_places_of_a_parquet_keep_their_identifiers(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": [7, 12], "longitude": [-71.0, -72.0], "latitude": [46.0, 47.0], "more": "x"})
    frame.to_parquet(tmp_path / "places.parquet")
    assert read_points(tmp_path / "places.parquet").ids.tolist() == ["7", "12"]
    (tmp_path / "codes.csv").write_text("id,longitude,latitude\n007,-71,46\n", "utf-8")
    assert read_points(tmp_path / "codes.csv").ids.tolist() == ["007"]
