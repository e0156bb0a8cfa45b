"""Characteristics of the Census Profile: how they are pinned, and found again in a publisher's list."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from geodata.errors import DeclarationError, SourceFileError
from geodata.text import Text

Service = Literal["sdmx", "bulk"]

_FOOTNOTE: Final = re.compile(r"\s*\(\d{1,3}\)\s*$")
_SHOWN_LETTERS: Final = 90


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    under: tuple[str, ...]
    form: Literal["short", "long"]
    income: bool = False
    sdmx: str | None = None
    bulk: str | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """One characteristic, pinned to the publisher's words and, where it was seen, to its number.

    Attributes
    ----------
    key
        Our name of it.
    label, under
        The publisher's label, and those above it from the top; in English, without footnotes.
    form
        ``short`` was asked of every household, ``long`` of one in four.
    income
        Whether it is made from incomes, which have their own suppression digit.
    ids
        Number of the characteristic by service, where it was seen beside its label.
    """

    key: str
    label: str
    under: tuple[str, ...]
    form: Literal["short", "long"]
    income: bool
    ids: Mapping[Service, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list that a service gives of its characteristics."""

    id: str
    label: str
    under: tuple[str, ...]


def read_pins(path: Path) -> dict[str, Pin]:
    """Read the characteristics that a source pins, by key.

    Raises
    ------
    DeclarationError
        If the file is incomplete, or gives one number to two characteristics.
    """
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        declared = {key: _Declared(**entry) for key, entry in raw.items()}
    except (OSError, TypeError, ValueError, ValidationError) as failure:
        raise _wrong_pins(path, str(failure).splitlines()[0]) from failure
    pins = {key: _pin(key, entry) for key, entry in declared.items()}
    services: tuple[Service, ...] = ("sdmx", "bulk")
    for service in services:
        numbers = [pin.ids[service] for pin in pins.values() if service in pin.ids]
        if len(numbers) != len(set(numbers)):
            raise _wrong_pins(path, f"{service}: {max(numbers, key=numbers.count)}")
    return pins


def _pin(key: str, entry: _Declared) -> Pin:
    ids: dict[Service, str] = {}
    if entry.sdmx is not None:
        ids["sdmx"] = entry.sdmx
    if entry.bulk is not None:
        ids["bulk"] = entry.bulk
    return Pin(key, entry.label, entry.under, entry.form, entry.income, ids)


def _wrong_pins(path: Path, what: str) -> DeclarationError:
    return DeclarationError(
        Text(f"Liste de caractéristiques invalide, {what}", f"Invalid list of characteristics, {what}"),
        where=path.name,
        hint=Text("corrigez le fichier TOML", "correct the TOML file"),
    )


def bare(label: str) -> str:
    """Strip indentation, doubled blanks and the number of a footnote from a label.

    >>> bare("    2011 to 2021 (82)")
    '2011 to 2021'
    """
    return _FOOTNOTE.sub("", " ".join(label.replace("’", "'").split()))


def resolve(pins: Iterable[Pin], listed: Iterable[Listed], service: Service, where: str) -> dict[str, str]:
    """Find every pinned characteristic in the list that a service gives today.

    Parameters
    ----------
    pins
        What is wanted.
    listed
        Every characteristic of the service, labels in English.
    service
        Whose numbers they are.
    where
        Address or file of the list, for the error.

    Returns
    -------
    dict of str to str
        The service's number by our key.

    Raises
    ------
    SourceFileError
        If a pinned number is gone or bears another label or parent, or if a label that has no pinned
        number is not there exactly once. Every disagreement counts: figures of another characteristic
        are worse than none.
    """
    lines = [Listed(one.id, bare(one.label), tuple(bare(parent) for parent in one.under)) for one in listed]
    by_id = {line.id: line for line in lines}
    if len(by_id) != len(lines):
        raise _disagreement("un numéro est donné deux fois", "a number is given twice", where, 1)
    found: dict[str, str] = {}
    wrong: list[tuple[str, str]] = []
    for pin in pins:
        same = [line.id for line in lines if line.label == pin.label and line.under == pin.under]
        pinned = pin.ids.get(service)
        if pinned is not None and pinned in same:
            found[pin.key] = pinned
        elif pinned is None and len(same) == 1:
            found[pin.key] = same[0]
        else:
            wrong.append(_difference(pin, pinned, by_id.get(pinned or ""), same, lines))
    if wrong:
        raise _disagreement(*wrong[0], where, len(wrong))
    return found


def _difference(
    pin: Pin, pinned: str | None, line: Listed | None, same: list[str], lines: list[Listed]
) -> tuple[str, str]:
    """Say how the list differs from one pin, in French and in English."""
    label = _short(pin.label)
    now = (f", elle porte maintenant {same[0]}", f", it now bears {same[0]}") if same else ("", "")
    if pinned is None and same:
        numbers = ", ".join(same[:4])
        return (
            f"« {label} » y est plusieurs fois ({numbers})",
            f"“{label}” is there more than once ({numbers})",
        )
    if line is None and pinned is not None:
        return f"{pinned} « {label} » n'y est plus{now[0]}", f"{pinned} “{label}” is no longer there{now[1]}"
    if line is not None and line.label != pin.label:
        other = _short(line.label)
        return (
            f"{line.id} n'est plus « {label} » mais « {other} »{now[0]}",
            f"{line.id} is no longer “{label}” but “{other}”{now[1]}",
        )
    elsewhere = line or next((one for one in lines if one.label == pin.label), None)
    if elsewhere is None:
        return f"« {label} » n'y est pas", f"“{label}” is not there"
    above = _short(" > ".join(elsewhere.under)) or "–"
    return (
        f"{elsewhere.id} « {label} » est sous « {above} »",
        f"{elsewhere.id} “{label}” is under “{above}”",
    )


def _short(label: str) -> str:
    return label if len(label) <= _SHOWN_LETTERS else f"{label[: _SHOWN_LETTERS - 1]}…"


def _disagreement(fr: str, en: str, where: str, count: int) -> SourceFileError:
    more_fr = f" (et {count - 1} autres)" if count > 1 else ""
    more_en = f" (and {count - 1} more)" if count > 1 else ""
    return SourceFileError(
        Text(
            f"La liste des caractéristiques du recensement a changé, {fr}{more_fr}",
            f"The list of census characteristics has changed, {en}{more_en}",
        ),
        where=where,
        hint=Text(
            "rien n'est lu ; accordez characteristics.toml à la liste de l'éditeur",
            "nothing is read; match characteristics.toml to the publisher's list",
        ),
    )
