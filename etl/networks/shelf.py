"""Networks kept in the data folder: built once from a file, found again by its hash."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from etl.history import now
from etl.networks.reading import About, Network, read_network
from etl.networks.road_layer import LayerOptions
from etl.settings import settings
from geodata.errors import OutputError
from geodata.folders import put_in_place, refuse_foreign, unwritable
from geodata.networks.errors import NetworkFileError, NetworkNotFoundError
from geodata.networks.graph import NetworkFacts, load
from geodata.networks.transit_graph import load_transit
from geodata.package import file_sha256
from geodata.text import Text

FOLDER: Final = "networks"
_FACTS: Final = "facts.json"
_GRAPH: Final = "network.npz"
_READERS: Final = 1
"""Raised when a reader would make another graph of the same file."""


@dataclass(frozen=True)
class Kept:
    """A network of the shelf, without its roads.

    Attributes
    ----------
    facts
        What is shown of it.
    built_at
        When, ISO 8601.
    file
        Name of the file it was made of.
    report
        What became of the segments; empty for a timetable.
    said
        The same in sentences.
    new
        Whether it was built just now.
    """

    facts: NetworkFacts
    built_at: str
    file: str
    report: dict[str, Any]
    said: tuple[Text, ...]
    new: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Write as JSON holds it."""
        return {
            **self.facts.as_dict(),
            "built_at": self.built_at,
            "file": self.file,
            "report": self.report,
            "said": [text.as_dict() for text in self.said],
            "new": self.new,
        }


def networks(home: Path | None = None) -> list[NetworkFacts]:
    """List the networks that are kept, by name; a damaged one is left out."""
    found = [kept.facts for kept, _ in _shelved(_folder(home))]
    return sorted(found, key=lambda facts: (facts.name, facts.id))


def open_network(network_id: str, home: Path | None = None) -> Network:
    """Open a network of the shelf.

    Parameters
    ----------
    network_id
        As ``networks`` gives it, or its first characters if no other starts alike.
    home
        The data folder; that of the settings where null.

    Raises
    ------
    NetworkNotFoundError
        If there is none, or several start alike.
    NetworkFileError
        If it is damaged.
    """
    place = _place(network_id, home)
    kept = _read(place)
    is_transit = kept is not None and "transit" in [mode.value for mode in kept[0].facts.modes]
    return load_transit(place / _GRAPH) if is_transit else load(place / _GRAPH)


def show_network(network_id: str, home: Path | None = None) -> Kept:
    """Give what is known of a network of the shelf.

    Raises
    ------
    NetworkNotFoundError, NetworkFileError
        As for ``open_network``.
    """
    place = _place(network_id, home)
    kept = _read(place)
    if kept is None:
        raise NetworkFileError(
            Text("Ce réseau ne se lit pas", "This network cannot be read"),
            where=network_id,
            hint=Text("construisez-le de nouveau", "build it again"),
        )
    return kept[0]


def add_network(
    path: Path,
    about: About | None = None,
    options: LayerOptions | None = None,
    home: Path | None = None,
) -> Kept:
    """Build a network from a file and keep it; the same file with the same options is built once.

    Parameters
    ----------
    path
        An OpenStreetMap extract, a layer of roads, or a GTFS feed.
    about, options
        Facts to show; columns of a layer.
    home
        The data folder; that of the settings where null.

    Raises
    ------
    ProximiteError
        As for ``read_network``; nothing is then written.
    OutputError
        If the folder cannot be written.
    """
    about, options, folder = about or About(), options or LayerOptions(), _folder(home)
    made_of = _made_of(path, about, options)
    for kept, origin in _shelved(folder):
        if made_of and origin == made_of:
            return kept
    graph, report = read_network(path, about, options)
    kept = Kept(
        graph.facts,
        now(),
        path.name,
        report.as_dict() if report else {},
        report.said if report else (),
        new=True,
    )
    _keep(folder / graph.id, graph, kept, made_of)
    return kept


def remove_network(network_id: str, home: Path | None = None) -> str:
    """Delete a network of the shelf, and give its identifier.

    Raises
    ------
    NetworkNotFoundError
        As for ``open_network``.
    OutputError
        If the folder refuses.
    """
    place = _place(network_id, home)
    refuse_foreign(place, _GRAPH, _FOREIGN)
    try:
        shutil.rmtree(place)
    except OSError as failure:
        raise unwritable(place, failure, _HINT) from failure
    return place.name


_FOREIGN: Final = Text(
    "Ce dossier contient autre chose qu'un réseau", "This folder holds something else than a network"
)
_HINT: Final = Text(
    "libérez de la place ou choisissez un autre dossier de données",
    "free some space or choose another data folder",
)


def _folder(home: Path | None) -> Path:
    return (home if home is not None else settings().home) / FOLDER


def _made_of(path: Path, about: About, options: LayerOptions) -> str:
    """Give one hash of the file, what was said of it, and the readers; empty for what is not a file."""
    if not path.is_file():
        return ""
    said = json.dumps([asdict(about), asdict(options), path.name.split(".")[0], _READERS])
    return sha256(f"{file_sha256(path)} {said}".encode()).hexdigest()


def _shelved(folder: Path) -> Iterator[tuple[Kept, str]]:
    try:
        places = sorted(place for place in folder.iterdir() if not place.name.startswith("."))
    except OSError:
        return
    for place in places:
        found = _read(place)
        if found is not None and (place / _GRAPH).is_file():
            yield found


def _read(place: Path) -> tuple[Kept, str] | None:
    try:
        content = json.loads((place / _FACTS).read_text("utf-8"))
        said = tuple(Text(**text) for text in content["said"])
        facts = NetworkFacts.from_dict(content["facts"])
        kept = Kept(facts, content["built_at"], content["file"], content["report"], said)
        return kept, str(content["made_of"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _place(network_id: str, home: Path | None) -> Path:
    folder = _folder(home)
    known = [kept.facts.id for kept, _ in _shelved(folder)]
    if (folder / network_id).is_dir() and network_id.isalnum():
        return folder / network_id
    alike = [name for name in known if network_id and name.startswith(network_id)]
    if len(alike) != 1:
        raise NetworkNotFoundError(
            Text("Aucun réseau ne porte cet identifiant", "No network has this identifier"),
            where=network_id,
            hint=Text(
                "voyez «\u00a0proximite network list\u00a0», ou construisez-le par «\u00a0proximite network "
                "build\u00a0»",
                "see “proximite network list”, or build it with “proximite network build”",
            ),
        )
    return folder / alike[0]


def _keep(place: Path, graph: Network, kept: Kept, made_of: str) -> None:
    """Write beside, then put in place in one move."""
    staging = place.with_name(f".{place.name}.{secrets.token_hex(4)}.partial")
    facts = {
        "facts": kept.facts.as_dict(),
        "built_at": kept.built_at,
        "file": kept.file,
        "report": kept.report,
        "said": [text.as_dict() for text in kept.said],
        "made_of": made_of,
    }
    try:
        refuse_foreign(place, _GRAPH, _FOREIGN)
        staging.mkdir(parents=True)
        graph.save(staging / _GRAPH)
        (staging / _FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")
        put_in_place(staging, place)
    except OSError as failure:
        if isinstance(failure, OutputError):
            raise
        raise unwritable(place.parent, failure, _HINT) from failure
    finally:
        shutil.rmtree(staging, ignore_errors=True)
