"""Custom territories kept here: on this machine, or for one browser where nothing may be written."""

from __future__ import annotations

import json
import secrets
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.settings import settings
from etl.settings import settings as data_settings
from geodata.custom import CustomTerritory, TerritoryError, from_json, to_json
from geodata.custom.definition import id_of
from geodata.errors import OutputError
from geodata.folders import unwritable
from geodata.text import Text

FOLDER: Final = "territoires"
ASIDE: Final = "supprimes"
MOST_BROWSERS: Final = 200
MOST_IN_HAND: Final = 20
MOST_SAVED: Final = 200
_COOKIE: Final = "proximite_territoires"
_LONGEST_TOKEN: Final = 64

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Shelf:
    """What is kept, and what could not be read."""

    territories: tuple[CustomTerritory, ...] = ()
    problems: tuple[TerritoryError, ...] = ()


def known() -> Shelf:
    """Give the territories of this machine, then those that this browser holds."""
    saved = _read(str(_folder()), _stamp(_folder()))
    taken = {territory.id for territory in saved.territories}
    mine = tuple(territory for territory in _in_hand() if territory.id not in taken)
    return Shelf((*saved.territories, *mine), saved.problems)


def writes() -> bool:
    """Say whether this installation keeps territories on its own disk."""
    return settings().upkeep


def keep(territory: CustomTerritory) -> CustomTerritory:
    """Keep a territory; one of the same identifier that says something else gets a number after it.

    Raises
    ------
    TerritoryError
        If too many are kept already.
    OutputError
        If the data folder cannot be written.
    """
    present = {kept.id: kept for kept in known().territories}
    same = present.get(territory.id)
    if same is not None and same.fingerprint == territory.fingerprint:
        return same
    if len(present) >= (MOST_SAVED if writes() else MOST_IN_HAND):
        raise _full()
    numbered = replace(territory, id=free_id(territory.id, set(present)))
    _put(numbered)
    return numbered


def rename(territory: CustomTerritory, name: Text) -> CustomTerritory:
    """Change the name of a kept territory; its identifier and its links stay."""
    renamed = replace(territory, name=name)
    _put(renamed)
    return renamed


def remove(territory: CustomTerritory) -> None:
    """Set a territory aside: its file stays in the folder ``supprimes``, where it may be taken back.

    Raises
    ------
    OutputError
        If the data folder cannot be written.
    """
    path = _folder() / f"{territory.slug}.json"
    if writes() and path.is_file():
        aside = _folder() / ASIDE
        names = [path.name, *(f"{territory.slug}-{n}.json" for n in range(2, MOST_SAVED * 10))]
        try:
            aside.mkdir(parents=True, exist_ok=True)
            free = next(name for name in names if not (aside / name).exists())
            path.replace(aside / free)
        except OSError as failure:
            raise _unwritable(path, failure) from failure
    _hold([kept for kept in _in_hand() if kept.id != territory.id])


def free_id(wanted: str, taken: set[str]) -> str:
    """Give an identifier that no other territory has: the one wanted, or with a number after it."""
    if wanted not in taken:
        return wanted
    return next(name for n in range(2, len(taken) + 3) if (name := f"{wanted}-{n}") not in taken)


def id_for(name: str) -> str:
    """Give the identifier of a new territory of this name."""
    return free_id(id_of(name), {territory.id for territory in known().territories})


def _folder() -> Path:
    return data_settings().home / FOLDER


def _stamp(folder: Path) -> Stamp:
    try:
        facts = [(path.name, path.stat()) for path in sorted(folder.glob("*.json"))]
    except OSError:
        return ()
    return tuple((name, found.st_mtime_ns, found.st_size) for name, found in facts)


@lru_cache(maxsize=4)
def _read(folder: str, stamp: Stamp) -> Shelf:
    """Read every file of the folder; a damaged one is told and keeps no other from being read."""
    read: list[tuple[str, CustomTerritory]] = []
    problems: list[TerritoryError] = []
    for name, _time, _size in stamp:
        try:
            read.append((name, from_json((Path(folder) / name).read_bytes(), name)))
        except OSError:
            continue
        except TerritoryError as problem:
            problems.append(problem)
    # Changes are written to the file that bears the identifier: a copy beside it never takes its place.
    read.sort(key=lambda pair: Path(pair[0]).stem != pair[1].slug)
    found: dict[str, tuple[str, CustomTerritory]] = {}
    for name, territory in read:
        first, _first = found.setdefault(territory.id, (name, territory))
        if first != name:
            problems.append(_twice(territory, name, first))
    return Shelf(tuple(territory for _name, territory in found.values()), tuple(problems))


def _put(territory: CustomTerritory) -> None:
    if not writes():
        _hold([*(kept for kept in _in_hand() if kept.id != territory.id), territory])
        return
    path = _folder() / f"{territory.slug}.json"
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(to_json(territory), "utf-8")
        beside.replace(path)
    except OSError as failure:
        beside.unlink(missing_ok=True)
        raise _unwritable(path, failure) from failure


_held: OrderedDict[str, tuple[CustomTerritory, ...]] = OrderedDict()
_lock = Lock()


def _in_hand() -> tuple[CustomTerritory, ...]:
    token = _token()
    with _lock:
        return _held.get(token, ()) if token else ()


def _hold(territories: list[CustomTerritory]) -> None:
    token = _token()
    if not token:
        if not territories:
            return
        token = st.session_state[_COOKIE] = secrets.token_urlsafe(16)
    with _lock:
        _held[token] = tuple(territories)
        _held.move_to_end(token)
        while len(_held) > MOST_BROWSERS:
            _held.popitem(last=False)


def _token() -> str:
    """Give the word by which this browser is known; empty outside of a page."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ""
    said = st.session_state.get(_COOKIE) or st.context.cookies.get(_COOKIE, "")
    return str(said)[:_LONGEST_TOKEN]


def remember_browser() -> None:
    """Let the browser find its territories again on the next page, until it is closed."""
    token = st.session_state.get(_COOKIE)
    if token and st.context.cookies.get(_COOKIE) != token:
        cookie = json.dumps(f"{_COOKIE}={token}; path=/; SameSite=Strict")
        st.html(f"<script>document.cookie = {cookie};</script>", unsafe_allow_javascript=True)


def _twice(territory: CustomTerritory, name: str, first: str) -> TerritoryError:
    """Say that a file, copied by hand perhaps, has the identifier of another one, which is kept."""
    return TerritoryError(
        Text(
            f"Deux fichiers ont le même identifiant « {territory.id} » ; celui de {first} est pris",
            f"Two files have the same identifier “{territory.id}”; that of {first} is taken",
        ),
        where=name,
        hint=Text(
            "changez l'identifiant dans l'un des deux, ou retirez-le du dossier",
            "change the identifier in one of the two, or take it out of the folder",
        ),
    )


def _full() -> TerritoryError:
    return TerritoryError(
        Text("Trop de territoires sont gardés ici", "Too many territories are kept here"),
        hint=Text("supprimez-en, leurs fichiers restent à vous", "remove some, their files remain yours"),
    )


def _unwritable(path: Path, failure: OSError) -> OutputError:
    hint = Text(
        "prévenez la personne qui tient cette installation, ou téléchargez le fichier du territoire",
        "tell the person who runs this installation, or download the file of the territory",
    )
    return unwritable(Path(path.name), failure, hint)
