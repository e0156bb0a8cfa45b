"""A refresh takes what is good, keeps the last good data of the rest, and says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from etl import history
from etl.alone import alone
from etl.attempts import read_attempts
from etl.cli import app
from etl.fetch import SourcesLock
from etl.refresh import publish_listings, refresh
from etl.refresh_report import RefreshReport
from etl.registry import Declaration, declarations
from etl.taking import FETCHED, live_client
from geodata.errors import BusyError, DriftError, FetchError, SelectionError
from geodata.package import Package, open_package
from geodata.text import Text
from tests.etl.small import World, listing, make_world


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return make_world(tmp_path, monkeypatch)


def run(world: World, *sources: str, **more: object) -> RefreshReport:
    return refresh(sources, home=world.home, **more)  # type: ignore[arg-type]


def current(world: World) -> Package:
    return open_package(history.current_path(world.home))


def states(report: RefreshReport) -> dict[str, str]:
    return {outcome.id: outcome.state for outcome in report.sources}


def down() -> FetchError:
    return FetchError(Text("Ce service ne répond pas", "No answer"), hint=Text("réessayez", "try again"))


def test_a_first_refresh_publishes_every_source(world: World) -> None:
    report = run(world)
    assert report.published
    assert states(report) == {"alpha": "fetched", "beta": "fetched"}
    package = current(world)
    assert report.package == package.path
    assert len(package.locations) == 80
    assert {s.vintage for s in package.sources.values()} == {"2026-01"}
    assert report.difference is not None
    assert report.difference.counts["places_added"] == 80


def test_nothing_new_publishes_nothing(world: World) -> None:
    first = run(world)
    again = run(world)
    assert not again.published
    assert states(again) == {"alpha": "unchanged", "beta": "unchanged"}
    assert again.package == first.package
    assert len(history.read_history(world.home)) == 1


def test_only_the_named_source_is_asked(world: World) -> None:
    run(world)
    asked = world.read
    world.files["alpha"] = world.files["beta"] = listing(41)
    report = run(world, "beta")
    assert world.read == asked + 1
    assert states(report) == {"alpha": "kept", "beta": "fetched"}
    counts = current(world).locations["source_id"].value_counts()
    assert counts.to_dict() == {"beta": 41, "alpha": 40}


def test_a_source_that_fails_keeps_its_last_good_data_and_the_others_go_on(world: World) -> None:
    run(world)
    world.files["alpha"], world.files["beta"] = down(), listing(41)
    report = run(world)
    assert report.published
    assert states(report) == {"alpha": "failed", "beta": "fetched"}
    assert "ne répond pas" in report.failed[0].detail.fr
    assert len(current(world).locations) == 81
    assert report.as_dict()["ok"] is False


def test_a_client_that_breaks_on_an_answer_stops_nobody(world: World) -> None:
    world.files["alpha"] = IndexError("list index out of range")
    report = run(world)
    assert states(report) == {"alpha": "failed", "beta": "fetched"}
    assert "IndexError" in report.failed[0].detail.en


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("<html>Maintenance</html>\n", "page web"),
        (listing().replace("NOM", "NOMS"), "NOM"),
        (listing().replace("003,", "002,"), "002"),
        (listing().replace(",46.00000,5", ",46.00000,beaucoup"), "beaucoup"),
        ("ID,NOM,LON,LAT,N\n", "aucune ligne"),
    ],
    ids=["web page", "renamed column", "identifier twice", "no number", "no row"],
)
def test_a_file_of_another_shape_is_no_new_data(world: World, content: str, word: str) -> None:
    run(world)
    world.files["alpha"] = content
    report = run(world)
    assert states(report)["alpha"] == "failed"
    assert word in report.failed[0].detail.fr
    assert len(current(world).locations) == 80


def test_the_build_that_fails_is_made_again_without_its_cause(world: World) -> None:
    run(world)
    world.files["alpha"] = listing().replace("Lieu 7,", "IMPOSSIBLE 7,")
    world.files["beta"] = listing(41)
    report = run(world)
    assert report.published
    assert states(report) == {"alpha": "failed", "beta": "fetched"}
    assert len(current(world).locations) == 81
    alone_in_cause = run(world, "alpha")
    assert not alone_in_cause.published
    assert states(alone_in_cause)["alpha"] == "failed"


def test_a_listing_cut_at_a_row_border_is_refused_until_a_person_says_why(world: World) -> None:
    run(world)
    world.files["alpha"] = listing(30)
    report = run(world)
    assert not report.published
    (refused,) = report.refused
    assert refused.verdict == "refus"
    assert {"rows", "places"} <= {drift.kind for drift in refused.drifts if drift.verdict == "refus"}
    assert "--accept alpha=" in refused.detail.fr
    assert len(current(world).locations) == 80
    accepted = run(world, accept={"alpha": "dix lieux ont fermé"})
    assert accepted.published
    assert len(current(world).locations) == 70
    events = [(e.event, e.sources, e.reason) for e in history.read_history(world.home)]
    assert ("refuse", ("alpha",), "") in events
    assert ("accept", ("alpha",), "dix lieux ont fermé") in events
    entry = SourcesLock.read(world.home).entries["alpha"]
    assert (entry.verdict, entry.accepted_reason) == ("refus", "dix lieux ont fermé")


def test_a_refused_source_does_not_hold_the_others_back(world: World) -> None:
    run(world)
    world.files["alpha"], world.files["beta"] = listing(10), listing(41)
    report = run(world)
    assert report.published
    assert states(report) == {"alpha": "refused", "beta": "fetched"}
    assert len(current(world).locations) == 81


def test_an_acceptance_needs_a_reason_and_a_known_source(world: World) -> None:
    with pytest.raises(DriftError, match="raison"):
        run(world, accept={"alpha": "  "})
    with pytest.raises(SelectionError, match="alpha"):
        run(world, accept={"alhpa": "parce que"})
    with pytest.raises(SelectionError) as failure:
        run(world, "gamma")
    assert "alpha, beta" in failure.value.hint.fr
    assert not world.home.exists()


def test_a_source_is_verified_live_only_when_its_own_host_answered(world: World) -> None:
    run(world, "alpha")
    entry = SourcesLock.read(world.home).entries["alpha"]
    assert entry.verified_live is not None
    assert entry.files[0].sha256
    assert entry.files[0].url == "https://alpha.example/list.csv"
    assert current(world).sources["alpha"].verified_live == entry.verified_live
    world.https = False
    run(world, "beta")
    assert SourcesLock.read(world.home).entries["beta"].verified_live is None
    assert current(world).sources["beta"].verified_live is None


def test_a_source_without_a_client_comes_from_the_mirror(world: World, tmp_path: Path) -> None:
    world.live = False
    report = run(world)
    assert not report.published
    assert states(report) == {}
    mirror = world.mirror(tmp_path / "mirror")
    assert run(world, mirror=mirror).published
    (failed,) = run(world, "alpha").failed
    assert "Aucun service" in failed.detail.fr
    assert SourcesLock.read(world.home).entries == {}


def test_offline_asks_nobody(world: World, tmp_path: Path) -> None:
    report = run(world, mirror=world.mirror(tmp_path / "mirror"), offline=True)
    assert states(report) == {"alpha": "fetched", "beta": "fetched"}
    assert world.read == 0


def test_one_refresh_at_a_time(world: World) -> None:
    with alone(world.home), pytest.raises(BusyError, match="depuis 20"):
        run(world)
    assert run(world).published


def test_a_damaged_current_package_is_not_built_upon(world: World) -> None:
    report = run(world)
    (report.package / "locations.parquet").write_bytes(b"PAR1")
    again = run(world)
    assert again.published
    assert states(again) == {"alpha": "fetched", "beta": "fetched"}
    history.require_whole(current(world))


def test_listings_alone_publish_only_what_changed(world: World) -> None:
    run(world)
    assert not publish_listings(world.home).published


def test_what_was_fetched_is_laid_by_its_hash(world: World) -> None:
    run(world)
    run(world)
    world.files["alpha"] = listing(41)
    run(world)
    folders = sorted(p.name for p in (world.home / FETCHED / "alpha").iterdir())
    assert len(folders) == 2
    assert all(len(name) == 12 for name in folders)
    assert read_attempts(world.home)["alpha"]["state"] == "fetched"


def test_the_command_tells_a_refusal_from_a_failure(world: World) -> None:
    runner = CliRunner()
    command = ["refresh", "--home", str(world.home), "--json"]
    assert runner.invoke(app, command).exit_code == 0
    assert runner.invoke(app, command).exit_code == 0
    world.files["alpha"] = listing(5)
    refused = runner.invoke(app, command)
    assert refused.exit_code == 3
    assert json.loads(refused.stdout)["sources"][0]["state"] == "refused"
    world.files["alpha"] = down()
    assert runner.invoke(app, command).exit_code == 1
    world.files["alpha"] = listing(5)
    accepted = runner.invoke(app, [*command, "--accept", "alpha=ménage de printemps", "--who", "Ana"])
    assert accepted.exit_code == 0
    assert json.loads(accepted.stdout)["published"] is True
    told = runner.invoke(app, ["history", "--home", str(world.home), "--json"])
    assert "ménage de printemps" in told.stdout
    assert "Ana" in told.stdout


def test_the_command_prints_for_people_too(world: World) -> None:
    runner = CliRunner()
    shown = runner.invoke(app, ["refresh", "--home", str(world.home)])
    assert shown.exit_code == 0, shown.output
    assert "80 lieux ajoutés" in shown.output
    world.files["alpha"] = listing(41)
    runner.invoke(app, ["refresh", "--home", str(world.home)])
    difference = runner.invoke(app, ["diff", "--home", str(world.home)])
    assert "alpha:040" in difference.output
    for command in (["sources"], ["history"]):
        result = runner.invoke(app, [*command, "--home", str(world.home)])
        assert result.exit_code == 0, result.output
        assert "alpha" in result.output


@pytest.mark.parametrize("declaration", [d for d in declarations() if d.live], ids=lambda d: d.id)
def test_every_source_with_a_service_has_its_client(declaration: Declaration) -> None:
    assert callable(live_client(declaration))
