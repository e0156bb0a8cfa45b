"""A small transit feed, whole, and with one of its files spoiled."""

from __future__ import annotations

import zipfile
from pathlib import Path


def clock(minutes: int) -> str:
    """Write minutes after midnight as a feed does."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}:00"


STOPS = """stop_id,stop_name,stop_lat,stop_lon
A,Gare,46.800,-71.2
B,Marché,46.818,-71.2
C,Pont,46.836,-71.2
D,Place,46.838,-71.2
E,Hôpital,46.874,-71.2
"""

FEED = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\n1,Transport d'essai,https://e.ca,America/Toronto\n",
    "stops.txt": STOPS,
    "routes.txt": "route_id,route_short_name,route_type\nR1,1,3\nR2,2,3\n",
    "trips.txt": "route_id,service_id,trip_id\n"
    + "".join(f"R1,week,one-{n}\n" for n in range(4))
    + "".join(f"R2,week,two-{n}\n" for n in range(6))
    + "R2,night,owl\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    + "".join(
        f"one-{n},{clock(420 + 30 * n + 10 * k)},{clock(420 + 30 * n + 10 * k)},{stop},{5 * k}\n"
        for n in range(4)
        for k, stop in enumerate("ABC")
    )
    + "".join(
        f"two-{n},{clock(425 + 20 * n + 8 * k)},{clock(425 + 20 * n + 8 * k)},{stop},{k}\n"
        for n in range(6)
        for k, stop in enumerate("DE")
    )
    + "owl,24:50:00,24:50:00,D,1\nowl,25:10:00,25:10:00,E,2\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
    "start_date,end_date\n"
    "week,1,1,1,1,1,0,0,20260302,20260313\nnight,0,0,0,0,1,0,0,20260302,20260313\n",
}


def write_folder(folder: Path, changes: dict[str, str | None] | None = None) -> Path:
    """Write the feed in a folder; a file that is null is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**FEED, **(changes or {})}.items():
        if content is not None:
            (folder / name).write_text(content, "utf-8")
    return folder


def write_zip(path: Path, changes: dict[str, str | None] | None = None) -> Path:
    """Write the feed in an archive."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**FEED, **(changes or {})}.items():
            if content is not None:
                archive.writestr(name, content)
    return path
