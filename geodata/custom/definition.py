"""A custom territory as it is kept and passed on: a name, and a shape or a list."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Final

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from geodata.errors import ProximiteError
from geodata.text import Text, slug

PREFIX: Final = "custom:"
FORMAT: Final = "proximite-territoire"
FORMAT_VERSION: Final = 1
LONGEST_NAME: Final = 120
LONGEST_SLUG: Final = 60
MOST_MEMBERS: Final = 20_000
_ID: Final = re.compile(r"custom:[a-z0-9]+(-[a-z0-9]+)*")


class TerritoryError(ProximiteError, ValueError):
    """A custom territory cannot be read, placed in Québec, or told apart from the people in it."""


@dataclass(frozen=True)
class CustomTerritory:
    """A territory that a table defines itself.

    Attributes
    ----------
    id
        ``custom:`` and a slug; it does not change when the territory is renamed.
    name
        In both languages.
    shape
        Polygon or multipolygon in EPSG:4326; null where it is a list.
    members
        Identifiers of published territories of any level; empty where it is a shape.
    authors
        Who defined it, in free words; may be empty.
    date
        ISO day of its definition; may be empty.
    package_id
        Data package on which it was defined; may be empty.
    """

    id: str
    name: Text
    shape: BaseGeometry | None = None
    members: tuple[str, ...] = ()
    authors: str = ""
    date: str = ""
    package_id: str = ""

    def __post_init__(self) -> None:
        if (self.shape is None) == (not self.members):
            raise ValueError("a custom territory is either a shape or a list")
        if not _ID.fullmatch(self.id):
            raise ValueError(f"not the identifier of a custom territory: {self.id!r}")

    @property
    def slug(self) -> str:
        """Last part of the identifier, which names its file."""
        return self.id.removeprefix(PREFIX)

    @property
    def fingerprint(self) -> str:
        """Hash of everything that it says: two that read the same have the same."""
        return hashlib.sha256(to_json(self).encode()).hexdigest()


def id_of(name: str) -> str:
    """Make an identifier from a name.

    >>> id_of("Côté sud de la voie ferrée")
    'custom:cote-sud-de-la-voie-ferree'
    """
    plain = re.sub(r"[^a-z0-9]+", "-", slug(name))[:LONGEST_SLUG].strip("-")
    return PREFIX + (plain or "territoire")


def named(name: str, english: str = "") -> Text:
    """Check the name that a person typed.

    Raises
    ------
    TerritoryError
        If there is none, or it is too long.
    """
    french, other = " ".join(name.split()), " ".join(english.split())
    if not french or len(french) > LONGEST_NAME or len(other) > LONGEST_NAME:
        raise TerritoryError(
            Text("Ce territoire n'a pas de nom lisible", "This territory has no readable name"),
            hint=Text(
                f"donnez-lui un nom de 1 à {LONGEST_NAME} caractères",
                f"give it a name of 1 to {LONGEST_NAME} characters",
            ),
        )
    return Text(french, other or french)


def to_json(territory: CustomTerritory) -> str:
    """Write the one file that restores a territory anywhere; numbers keep every digit."""
    definition: dict[str, Any] = (
        {"type": "list", "members": list(territory.members)}
        if territory.shape is None
        else {"type": "shape", "geometry": mapping(territory.shape)}
    )
    content = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "id": territory.id,
        "name": territory.name.as_dict(),
        "authors": territory.authors,
        "date": territory.date,
        "package": territory.package_id,
        "definition": definition,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def from_json(content: str | bytes, where: str = "") -> CustomTerritory:
    """Read a file that ``to_json`` wrote.

    Parameters
    ----------
    content
        The file.
    where
        Its name, for the message.

    Raises
    ------
    TerritoryError
        If it is damaged, of another kind, or of a later version.
    """
    try:
        raw = json.loads(content)
        if raw["format"] != FORMAT:
            raise ValueError(FORMAT)
        if raw["version"] != FORMAT_VERSION:
            raise _later(where)
        definition = raw["definition"]
        return CustomTerritory(
            id=str(raw["id"]),
            name=named(str(raw["name"]["fr"]), str(raw["name"]["en"])),
            shape=_shape(definition["geometry"]) if definition["type"] == "shape" else None,
            members=_members(definition) if definition["type"] == "list" else (),
            authors=str(raw["authors"])[:LONGEST_NAME],
            date=str(raw["date"])[:10],
            package_id=str(raw["package"])[:64],
        )
    except TerritoryError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ShapelyError) as failure:
        raise TerritoryError(
            Text(
                "Ce fichier n'est pas celui d'un territoire sur mesure, ou il est abîmé",
                "This file is not that of a custom territory, or it is damaged",
            ),
            where=where,
            hint=Text(
                "reprenez le fichier là où le territoire a été défini",
                "take the file again from where the territory was defined",
            ),
        ) from failure


def _shape(geometry: Any) -> BaseGeometry:
    found: BaseGeometry = shape(geometry)
    if shapely.get_type_id(found) not in {3, 6} or found.is_empty or not found.is_valid:
        raise ValueError("not a sound polygon")
    return found


def _members(definition: dict[str, Any]) -> tuple[str, ...]:
    listed = definition["members"]
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_MEMBERS:
        raise ValueError("not a list of territories")
    return tuple(dict.fromkeys(str(member) for member in listed))


def _later(where: str) -> TerritoryError:
    return TerritoryError(
        Text(
            "Ce territoire a été écrit par une autre version du programme",
            "This territory was written by another version of the program",
        ),
        where=where,
        hint=Text(
            "mettez le programme à jour, puis rouvrez le fichier", "update the program, then open it again"
        ),
    )
