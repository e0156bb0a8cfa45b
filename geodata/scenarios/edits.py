"""The four things that a scenario changes: a place opens, moves, closes, or changes its capacity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, Literal

from pydantic import ConfigDict, Field

from geodata.crs import QUEBEC_BOUNDS
from geodata.scenarios.errors import ScenarioError
from geodata.text import Text

MOST_EDITS: Final = 10_000
"""Changes of one scenario; beyond, it is another listing and not a scenario."""

LARGEST_CAPACITY: Final = 1e9
"""Of one place; beyond, the sums of a shared supply are no longer numbers."""

LONGEST_NAME: Final = 200
LONGEST_ID: Final = 200

STRICT: Final = ConfigDict(extra="forbid")
"""A field that nobody knows is a mistake: left out in silence, it would change what a scenario says."""

Name = Annotated[str, Field(max_length=LONGEST_NAME)]
SiteId = Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]
Degrees = Annotated[float, Field(allow_inf_nan=False)]
Capacity = Annotated[float, Field(allow_inf_nan=False)]


@dataclass(frozen=True)
class Add:
    """A place opens.

    Attributes
    ----------
    name
        Free text; it names a place and no person.
    longitude, latitude
        Degrees, EPSG:4326.
    capacity
        In the unit of the other places, or null: it then counts as they do where theirs is unknown.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    name: Name
    longitude: Degrees
    latitude: Degrees
    capacity: Capacity | None = None
    kind: Literal["add"] = "add"


@dataclass(frozen=True)
class Move:
    """A listed place goes elsewhere, with what it offers."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    site_id: SiteId
    longitude: Degrees
    latitude: Degrees
    kind: Literal["move"] = "move"


@dataclass(frozen=True)
class Close:
    """A listed place closes."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    site_id: SiteId
    kind: Literal["close"] = "close"


@dataclass(frozen=True)
class Resize:
    """A listed place changes its capacity; who reaches it stays the same, how many share it does not."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    site_id: SiteId
    capacity: Capacity
    kind: Literal["resize"] = "resize"


Edit = Annotated[Add | Move | Close | Resize, Field(discriminator="kind")]


def require_sound(edits: Sequence[Edit]) -> None:
    """Check what can be checked of edits without the data.

    Raises
    ------
    ScenarioError
        If there are too many, a name is empty, a capacity is not above 0, coordinates are not in the box
        of Québec, or one site is edited twice.
    """
    if len(edits) > MOST_EDITS:
        raise ScenarioError(
            Text(
                f"Ce scénario fait {len(edits)} changements, il peut en faire {MOST_EDITS} au plus",
                f"This scenario makes {len(edits)} changes, it may make {MOST_EDITS} at most",
            ),
            hint=Text(
                "gardez ceux qui comptent, ou chargez un autre répertoire de services",
                "keep those that matter, or load another listing of services",
            ),
        )
    for position, edit in enumerate(edits, start=1):
        _require_one(edit, position)
    listed = Counter(edit.site_id for edit in edits if not isinstance(edit, Add))
    for site_id, times in listed.items():
        if times > 1:
            raise ScenarioError(
                Text("Un même lieu est changé deux fois", "The same place is changed twice"),
                where=site_id,
                hint=Text("gardez un seul changement par lieu", "keep one change a place"),
            )


def _require_one(edit: Edit, position: int) -> None:
    where = f"{edit.kind} {position}"
    if isinstance(edit, Add):
        if not edit.name.strip():
            raise ScenarioError(
                Text("Un point ajouté n'a pas de nom", "An added place has no name"),
                where=where,
                hint=Text("donnez-lui un nom, par exemple sa rue", "give it a name, such as its street"),
            )
        if len(edit.name) > LONGEST_NAME:
            raise ScenarioError(
                Text("Un nom est trop long", "A name is too long"),
                where=where,
                hint=Text(
                    f"{LONGEST_NAME} caractères suffisent, raccourcissez-le",
                    f"{LONGEST_NAME} characters are enough, shorten it",
                ),
            )
    if isinstance(edit, Add | Move):
        require_in_box(edit.longitude, edit.latitude, where)
    if isinstance(edit, Resize) or (isinstance(edit, Add) and edit.capacity is not None):
        _require_capacity(edit.capacity, where)


def _require_capacity(capacity: float | None, where: str) -> None:
    if capacity is not None and 0 < capacity <= LARGEST_CAPACITY:
        return
    if capacity == 0:
        raise ScenarioError(
            Text("Une capacité de 0 n'est pas une capacité", "A capacity of 0 is not a capacity"),
            where=where,
            hint=Text(
                "fermez plutôt ce lieu, ou laissez sa capacité vide", "close the place, or leave it empty"
            ),
        )
    raise ScenarioError(
        Text("Une capacité n'est pas un nombre positif", "A capacity is not a positive number"),
        where=where,
        hint=Text(
            "donnez un nombre au-dessus de 0, d'un milliard au plus",
            "give a number above 0, of a billion at most",
        ),
    )


def require_in_box(longitude: float, latitude: float, where: str) -> None:
    """Check that degrees are numbers inside the box of Québec.

    Raises
    ------
    ScenarioError
        If they are not; coordinates that would be right the other way around are said to be swapped.
    """
    if _in_box(longitude, latitude):
        return
    if _in_box(latitude, longitude):
        raise ScenarioError(
            Text("La longitude et la latitude sont inversées", "Longitude and latitude are swapped"),
            where=f"{where}, {longitude:.4f}, {latitude:.4f}",
            hint=Text(
                "au Québec la longitude va de -80 à -57 et la latitude de 45 à 63",
                "in Québec longitude goes from -80 to -57 and latitude from 45 to 63",
            ),
        )
    raise outside_quebec(where, longitude, latitude)


def outside_quebec(where: str, longitude: float, latitude: float) -> ScenarioError:
    """Make the error for a place that is not in Québec."""
    return ScenarioError(
        Text("Ce point est hors du Québec, ou dans l'eau", "This place is outside Québec, or in the water"),
        where=f"{where}, {longitude:.7g}, {latitude:.7g}",
        hint=Text("placez-le sur la terre ferme, au Québec", "put it on dry land, in Québec"),
    )


def _in_box(longitude: float, latitude: float) -> bool:
    west, south, east, north = QUEBEC_BOUNDS
    return west <= longitude <= east and south <= latitude <= north
