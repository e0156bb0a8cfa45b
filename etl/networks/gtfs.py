"""The timetable of one day of a transit feed (GTFS), read by gtfs_kit and checked at the door."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from etl.networks.gtfs_times import timed_calls
from geodata.crs import QUEBEC_BOUNDS
from geodata.errors import SourceFileError, SourceNotFoundError
from geodata.networks.graph import NetworkFacts
from geodata.networks.transit_graph import TransitGraph, graph_of_rides
from geodata.networks.transit_rides import Window
from geodata.text import Text

_REQUIRED: Final = ("stops", "trips", "stop_times")
_FEED_FILES: Final = frozenset(f"{name}.txt" for name in _REQUIRED)
_CALENDARS: Final = ("calendar", "calendar_dates")
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOST_INFLATED_BYTES: Final = 3_000_000_000
_MOST_DAYS: Final = 366
"""How far the day is looked for after the first of the feed; some feeds end in 2099."""

_ORDINARY: Final = frozenset({1, 2, 3})
"""Tuesday to Thursday, as ``date.weekday`` counts."""


@dataclass(frozen=True, eq=False)
class Timetable:
    """What runs on one day.

    Attributes
    ----------
    stops
        ``name``, ``longitude``, ``latitude`` (degrees) by ``stop_id``; those that a vehicle calls at.
    calls
        One row a stop of a trip: ``trip`` and ``stop`` (int, the latter a position in ``stops``),
        ``arrival``, ``departure`` (minutes after midnight of ``day``), ``board``, ``alight`` (bool); each
        trip's rows follow one another, in order.
    day
        The day of service.
    agency
        Who runs it, as the feed says; may be empty.
    left_out
        What could not be used, one sentence each.
    """

    stops: pd.DataFrame
    calls: pd.DataFrame
    day: date
    agency: str
    left_out: tuple[Text, ...]


def transit_graph(
    path: Path,
    *,
    name: str = "",
    source: str = "",
    licence: str = "",
    day: date | None = None,
    window: Window | None = None,
) -> TransitGraph:
    """Make the graph of a feed's rides, for one day and one window of departures.

    Parameters
    ----------
    path, day
        As for :func:`read_timetable`.
    name, source, licence
        What the network is called, the agency or the file otherwise; where it is from.
    window
        When people leave, 07:00 to 09:00 otherwise.

    Raises
    ------
    SourceNotFoundError, SourceFileError
        As for :func:`read_timetable`.
    NetworkError
        If nothing is boarded in the window.
    """
    table = read_timetable(path, day)
    hours = window or Window()
    facts = NetworkFacts(
        id="",
        name=name or table.agency or path.stem,
        source=source or table.agency,
        licence=licence,
        vintage=f"{table.day.isoformat()}, {hours.said()}",
        approximations=table.left_out,
    )
    return graph_of_rides(table.stops, table.calls, hours, facts)


def is_transit_feed(path: Path) -> bool:
    """Say whether a file or a folder holds a GTFS feed, or what is left of one: a ``stops.txt``, say."""
    if path.is_dir():
        return any((path / name).is_file() for name in _FEED_FILES)
    try:
        with zipfile.ZipFile(path) as archive:
            return any(Path(name).name in _FEED_FILES for name in archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def read_timetable(path: Path, day: date | None = None) -> Timetable:
    """Read what a feed says of one day.

    Parameters
    ----------
    path
        A ``.zip`` or a folder of ``.txt`` files.
    day
        The day of service; where it is not given, the Tuesday, Wednesday or Thursday of the feed's first
        year with the most trips, the first of equals (any other day where there is none of these).

    Returns
    -------
    Timetable
        Trips of the day, and those of the day before that go on after midnight; ``frequencies.txt`` is
        spelt out, trip by trip; a time left blank is set between its neighbours, call by call.

    Raises
    ------
    SourceNotFoundError
        If nothing is there.
    SourceFileError
        If it is not a feed, if a file of it is missing, damaged or empty, if no stop has coordinates in
        Québec, or if nothing runs that day.
    """
    feed = _feed(path)
    days = _trips_by_day(feed)
    if not days:
        raise _no_calendar(path) if not _has_calendar(feed) else _nothing_runs(path, None, days)
    chosen = _ordinary_day(days) if day is None else day
    stops, unplaced = _placed_stops(feed, path)
    calls, left_out = _calls_of(feed, chosen, stops)
    if calls.empty:
        raise _nothing_runs(path, chosen, days)
    used = np.unique(calls["stop"])
    calls["stop"] = np.searchsorted(used, calls["stop"]).astype(np.int32)
    return Timetable(stops.iloc[used], calls, chosen, _agency(feed), (*unplaced, *left_out))


def _feed(path: Path) -> Any:
    if not path.exists():
        raise SourceNotFoundError(
            Text("Ce fichier GTFS n'existe pas", "This GTFS file does not exist"),
            where=path.name,
            hint=Text("vérifiez le chemin", "check the path"),
        )
    try:
        _refuse_huge(path)
        import gtfs_kit  # brings maps along, half a second that other commands do without

        feed = gtfs_kit.read_feed(path, dist_units="km")
    except SourceFileError:
        raise
    except (OSError, ValueError, KeyError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error) as failure:
        raise _broken(path, failure) from failure
    missing = [name for name in _REQUIRED if getattr(feed, name) is None]
    if missing:
        names = ", ".join(f"{name}.txt" for name in missing)
        raise SourceFileError(
            Text(
                f"Le GTFS n'a pas de {names}, ou le fichier est vide",
                f"The GTFS has no {names}, or it is empty",
            ),
            where=path.name,
            hint=Text("reprenez le fichier chez son éditeur", "take the file from its publisher again"),
        )
    _require_columns(feed, path)
    return feed


def _refuse_huge(path: Path) -> None:
    if path.is_dir():
        return
    with zipfile.ZipFile(path) as archive:
        inflated = sum(member.file_size for member in archive.infolist())
    if inflated > _MOST_INFLATED_BYTES:
        raise SourceFileError(
            Text("Le GTFS dépasse 3 Go une fois ouvert", "The GTFS is over 3 GB once opened"),
            where=path.name,
            hint=Text("prenez le fichier d'une seule région", "take the file of one region only"),
        )


def _require_columns(feed: Any, path: Path) -> None:
    needed = {
        "stops": {"stop_id", "stop_lat", "stop_lon"},
        "trips": {"trip_id", "service_id"},
        "stop_times": {"trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time"},
        "calendar": {"service_id", "start_date", "end_date", *_WEEKDAYS},
        "calendar_dates": {"service_id", "date", "exception_type"},
        "frequencies": {"trip_id", "start_time", "end_time", "headway_secs"},
    }
    for name, columns in needed.items():
        table = getattr(feed, name)
        missing = [] if table is None else sorted(columns - set(table.columns))
        if missing:
            raise SourceFileError(
                Text(
                    f"Il manque à {name}.txt : {', '.join(missing)}",
                    f"{name}.txt lacks: {', '.join(missing)}",
                ),
                where=path.name,
                hint=Text("reprenez le fichier chez son éditeur", "take the file from its publisher again"),
            )


def _has_calendar(feed: Any) -> bool:
    return any(getattr(feed, name) is not None for name in _CALENDARS)


def _trips_by_day(feed: Any) -> dict[date, int]:
    """Count the trips of each day of the feed's first year on which something runs."""
    per_service = feed.trips["service_id"].value_counts()
    ends = [date_ for date_ in _dates(feed) if date_ is not None]
    if not ends:
        return {}
    first = min(ends)
    count = min((max(ends) - first).days + 1, _MOST_DAYS)
    found = {}
    for day in (first + timedelta(days=n) for n in range(count)):
        trips = int(per_service.reindex(_services(feed, day)).fillna(0).sum())
        if trips:
            found[day] = trips
    return found


def _dates(feed: Any) -> list[date | None]:
    columns = []
    if feed.calendar is not None:
        columns += [feed.calendar["start_date"], feed.calendar["end_date"]]
    if feed.calendar_dates is not None:
        columns.append(feed.calendar_dates["date"])
    return [_as_date(text) for column in columns for text in column.dropna().unique()]


def _as_date(text: str) -> date | None:
    try:
        return datetime.strptime(text.strip(), "%Y%m%d").date()
    except ValueError:
        return None


def _services(feed: Any, day: date) -> list[str]:
    """Give the services that run on a day."""
    return list(feed.get_active_services(f"{day:%Y%m%d}"))


def _ordinary_day(days: dict[date, int]) -> date:
    ordinary = {day: trips for day, trips in days.items() if day.weekday() in _ORDINARY} or days
    return max(sorted(ordinary), key=lambda day: ordinary[day])


def _placed_stops(feed: Any, path: Path) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Give the stops that have coordinates; one without its own takes those of its station."""
    stops = feed.stops.drop_duplicates("stop_id").set_index("stop_id")
    places = stops[["stop_lon", "stop_lat"]].astype("float64")
    if "parent_station" in stops:
        station = places.reindex(stops["parent_station"].fillna("")).set_axis(places.index)
        places = places.fillna(station)
    west, south, east, north = QUEBEC_BOUNDS
    inside = places["stop_lon"].between(west, east) & places["stop_lat"].between(south, north)
    names = stops["stop_name"] if "stop_name" in stops else pd.Series(stops.index, index=stops.index)
    frame = pd.DataFrame(
        {
            "name": names.fillna("").astype(str),
            "longitude": places["stop_lon"],
            "latitude": places["stop_lat"],
        }
    )[inside]
    if frame.empty:
        raise SourceFileError(
            Text("Aucun arrêt n'a de coordonnées au Québec", "No stop has coordinates in Québec"),
            where=f"{path.name}, stops.txt",
            hint=Text("vérifiez stop_lat et stop_lon, en degrés", "check stop_lat and stop_lon, in degrees"),
        )
    outside = int((~inside).sum())
    said = Text(
        f"Arrêts sans coordonnées au Québec, laissés de côté\u00a0: {outside}.",
        f"Stops without coordinates in Québec, left out: {outside}.",
    )
    return frame, ((said,) if outside else ())


def _calls_of(feed: Any, day: date, stops: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Give the calls of a day, with those of the trips that began the day before."""
    parts: list[pd.DataFrame] = []
    bad = 0
    for shift, service_day in ((0, day), (-1, day - timedelta(days=1))):
        trips = feed.trips[feed.trips["service_id"].isin(_services(feed, service_day))]
        calls, refused = timed_calls(feed, trips, stops.index)
        bad += refused if shift == 0 else 0
        calls[["arrival", "departure"]] += shift * 24 * 60
        last = calls.groupby("trip")["arrival"].transform("max")
        calls = calls[last >= 0]
        calls["trip"] += sum(len(part) for part in parts)
        parts.append(calls)
    said = Text(
        f"Trajets aux heures absentes ou qui reculent, laissés de côté\u00a0: {bad}.",
        f"Trips whose times are missing or go back, left out: {bad}.",
    )
    return pd.concat(parts, ignore_index=True), (*_nowhere(feed, day), *((said,) if bad else ()))


def _nowhere(feed: Any, day: date) -> tuple[Text, ...]:
    """Say how many rows of the day's trips name a stop that the feed does not list."""
    trips = feed.trips.loc[feed.trips["service_id"].isin(_services(feed, day)), "trip_id"]
    rows = feed.stop_times[feed.stop_times["trip_id"].isin(trips)]
    count = int((~rows["stop_id"].isin(feed.stops["stop_id"])).sum())
    if not count:
        return ()
    return (
        Text(
            f"Passages à un arrêt absent de stops.txt, laissés de côté\u00a0: {count}.",
            f"Calls at a stop that stops.txt does not list, left out: {count}.",
        ),
    )


def _agency(feed: Any) -> str:
    if feed.agency is None or "agency_name" not in feed.agency:
        return ""
    return ", ".join(feed.agency["agency_name"].dropna().unique())


def _broken(path: Path, failure: Exception) -> SourceFileError:
    reason = "not a zip" if isinstance(failure, zipfile.BadZipFile) else type(failure).__name__
    return SourceFileError(
        Text(
            f"Ce GTFS ne peut être lu : archive ou fichier abîmé ({reason})",
            f"This GTFS cannot be read: damaged archive or file ({reason})",
        ),
        where=path.name,
        hint=Text("reprenez le fichier chez son éditeur", "take the file from its publisher again"),
    )


def _no_calendar(path: Path) -> SourceFileError:
    return SourceFileError(
        Text(
            "Le GTFS n'a ni calendar.txt ni calendar_dates.txt : on ne sait pas quels jours il roule",
            "The GTFS has neither calendar.txt nor calendar_dates.txt: the days of service are unknown",
        ),
        where=path.name,
        hint=Text("demandez à l'éditeur un fichier complet", "ask the publisher for a complete file"),
    )


def _nothing_runs(path: Path, day: date | None, days: dict[date, int]) -> SourceFileError:
    if days:
        span = f"{min(days).isoformat()} – {max(days).isoformat()}"
        hint = Text(f"choisissez un jour de service ({span})", f"choose a day of service ({span})")
    else:
        hint = Text("demandez à l'éditeur un fichier en vigueur", "ask the publisher for a file in force")
    when = f" le {day.isoformat()}" if day else ""
    on = f" on {day.isoformat()}" if day else ""
    return SourceFileError(
        Text(f"Aucun trajet utilisable ne circule{when}", f"No usable trip runs{on}"),
        where=path.name,
        hint=hint,
    )
