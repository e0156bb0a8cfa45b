"""Transit feeds: what a sound one gives, and what is said of the others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from etl.networks.gtfs import is_transit_feed, read_timetable, transit_graph
from geodata.access.points import Points
from geodata.errors import SourceFileError, SourceNotFoundError
from geodata.networks.errors import NetworkError
from geodata.networks.pool import in_process
from geodata.networks.transit import transit_costs
from geodata.networks.transit_graph import TransitGraph
from geodata.networks.transit_rides import Window
from tests.etl.networks.feeds import FEED, clock, write_folder, write_zip

FREQUENCIES = {
    "trips.txt": "route_id,service_id,trip_id\nR1,week,pattern\nR1,week,broken\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "pattern,00:00:00,00:00:00,A,1\npattern,,,B,2\npattern,00:20:00,00:20:00,C,3\n"
    "broken,07:00:00,07:00:00,A,1\nbroken,07:01:00,07:01:00,C,2\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs\n"
    "pattern,06:00:00,10:00:00,1200\nbroken,06:00:00,10:00:00,0\n",
}


def ride_minutes(graph: TransitGraph) -> dict[tuple[str, str], float]:
    ids = graph.stop_ids
    pairs = zip(ids[graph.boarding].tolist(), ids[graph.alighting].tolist(), strict=True)
    return dict(zip(pairs, graph.minutes.tolist(), strict=True))


@pytest.mark.parametrize("write", [write_folder, write_zip], ids=["folder", "zip"])
def test_a_feed_gives_the_itinerary_worked_by_hand(tmp_path: Path, write: object) -> None:
    path = write(tmp_path / "feed.zip")  # type: ignore[operator]
    assert is_transit_feed(path)
    graph = transit_graph(path)
    # A Tuesday of March: the night of Friday does not run. 30/2 + 10, 30/2 + 20, and 20/2 + 8 minutes.
    expected = {("A", "B"): 25.0, ("A", "C"): 35.0, ("B", "C"): 25.0, ("D", "E"): 18.0}
    assert ride_minutes(graph) == pytest.approx(expected)
    assert (graph.facts.name, graph.facts.vintage) == ("Transport d'essai", "2026-03-03, 07:00–09:00")
    places = pd.DataFrame(
        {"longitude": [-71.2, -71.2], "latitude": [46.800, 46.874]}, index=["home", "hospital"]
    )
    both = Points.from_frame(places)
    costs = transit_costs(
        graph,
        both.take(["home"]),
        both.take(["hospital"]),
        cutoff_minutes=60,
        milieu=pd.Series("urban", index=["home"]),
        run=in_process,
    )
    # 222.6 m from C to D as the crow flies: 3.62 minutes with the detour of 1.3, at 4.8 km/h.
    assert costs.frame()["minutes"].tolist() == pytest.approx([35 + 3.62 + 18], abs=0.02)


def test_the_day_is_an_ordinary_one_with_the_most_trips(tmp_path: Path) -> None:
    dates = "week,20260406,1\nweek,20260408,1\nnight,20260408,1\nweek,20260409,1\nweek,20260410,2\n"
    only = {"calendar.txt": None, "calendar_dates.txt": f"service_id,date,exception_type\n{dates}"}
    assert read_timetable(write_folder(tmp_path, only)).day == date(2026, 4, 8)


def test_a_night_that_began_the_day_before_is_of_the_next_morning(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    # Saturday 00:50, of the service of Friday; nothing runs by the calendar of Saturday itself.
    saturday = transit_graph(folder, day=date(2026, 3, 7), window=Window(0.0, 120.0))
    assert ride_minutes(saturday) == {("D", "E"): 60.0 + 20.0}
    # The same vehicle, by the clock of Friday, goes on after midnight.
    friday = transit_graph(folder, day=date(2026, 3, 6), window=Window(1470.0, 1500.0))
    assert ride_minutes(friday) == {("D", "E"): 15.0 + 20.0}
    with pytest.raises(SourceFileError, match="2026-03-08"):
        read_timetable(folder, date(2026, 3, 8))


def test_a_service_by_intervals_is_spelt_out(tmp_path: Path) -> None:
    graph = transit_graph(write_folder(tmp_path, FREQUENCIES))
    # Every 20 minutes; the time at B, left blank, is half way. An interval of zero is no service.
    assert ride_minutes(graph) == {("A", "B"): 20.0, ("A", "C"): 30.0, ("B", "C"): 20.0}


def test_trips_with_times_that_cannot_be_are_left_out_and_counted(tmp_path: Path) -> None:
    spoiled = FEED["stop_times.txt"].replace(
        f"one-1,{clock(460)},{clock(460)}", f"one-1,{clock(440)},{clock(440)}"
    )
    spoiled = spoiled.replace(f"one-2,{clock(500)},{clock(500)}", "one-2,soon,")
    table = read_timetable(write_folder(tmp_path, {"stop_times.txt": spoiled}))
    assert table.calls["trip"].nunique() == 8
    assert [said.fr[-2:] for said in table.left_out] == ["2."]


def test_stops_without_coordinates_are_left_out_or_take_those_of_their_station(tmp_path: Path) -> None:
    stops = FEED["stops.txt"].replace("stop_lon\n", "stop_lon,location_type,parent_station\n")
    stops = stops.replace("B,Marché,46.818,-71.2", "B,Marché,,,0,S").replace(
        "C,Pont,46.836,-71.2", "C,Pont,0,0,,"
    )
    stops += "S,Station,46.818,-71.2,1,\n"
    table = read_timetable(write_folder(tmp_path, {"stops.txt": stops}))
    assert table.stops.index.tolist() == ["A", "B", "D", "E"]
    assert table.stops.loc["B", "latitude"] == 46.818
    assert [said.en for said in table.left_out] == ["Stops without coordinates in Québec, left out: 1."]


def test_calls_at_a_stop_that_is_not_listed_are_left_out_and_counted(tmp_path: Path) -> None:
    stops = FEED["stops.txt"].replace("B,Marché,46.818,-71.2\n", "")
    table = read_timetable(write_folder(tmp_path, {"stops.txt": stops}))
    # Four trips pass there; they still run from A to C.
    assert len(table.calls) == 4 * 2 + 6 * 2
    assert [said.en for said in table.left_out] == [
        "Calls at a stop that stops.txt does not list, left out: 4."
    ]


NOWHERE = FEED["stops.txt"].replace("46.", "12.")
NO_TIMES = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"calendar.txt": None}, "ni calendar.txt ni calendar_dates.txt"),
        ({"calendar.txt": FEED["calendar.txt"].replace(",1,1,1,1,1,0,0,", ",0,0,0,0,0,0,0,").replace(
            "night,0,0,0,0,1", "night,0,0,0,0,0")}, "Aucun trajet"),
        ({"calendar.txt": FEED["calendar.txt"].replace("start_date", "debut")}, "start_date"),
        ({"stop_times.txt": None}, "stop_times.txt"),
        ({"stop_times.txt": ""}, "stop_times.txt"),
        ({"stop_times.txt": NO_TIMES}, "stop_times.txt"),
        ({"stops.txt": NOWHERE}, "Aucun arrêt"),
        ({"stops.txt": FEED["stops.txt"].replace("46.800", "ici")}, "ne peut être lu"),
        ({"trips.txt": "route_id,service_id\nR1,week\n"}, "trip_id"),
        (dict.fromkeys(FEED), "stops.txt, trips.txt, stop_times.txt"),
    ],
    ids=["no calendar", "no day", "no column", "no times", "empty times", "headings only", "far stops",
         "no number", "no id", "empty archive"],
)  # fmt: skip
def test_a_feed_that_cannot_serve_is_refused_in_a_sentence(
    tmp_path: Path, changes: dict[str, str | None], said: str
) -> None:
    with pytest.raises(SourceFileError, match=said) as failure:
        transit_graph(write_zip(tmp_path / "feed.zip", changes))
    assert "feed.zip" in failure.value.bilingual()


def test_what_is_not_an_archive_and_other_days_are_refused(tmp_path: Path) -> None:
    whole = write_zip(tmp_path / "feed.zip")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole.read_bytes()[:400])
    assert not is_transit_feed(cut)
    assert is_transit_feed(write_zip(tmp_path / "no_stops.zip", {"stops.txt": None}))
    with pytest.raises(SourceFileError, match="abîmé"):
        transit_graph(cut)
    with pytest.raises(SourceNotFoundError):
        transit_graph(tmp_path / "absent.zip")
    with pytest.raises(SourceFileError, match="2026-03-02 – 2026-03-13"):
        transit_graph(whole, day=date(2027, 1, 5))
    with pytest.raises(NetworkError, match="03:00–04:00"):
        transit_graph(whole, window=Window(180.0, 240.0))
