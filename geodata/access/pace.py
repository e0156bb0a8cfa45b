"""How a straight line becomes kilometres and minutes: assumptions by milieu, stated and editable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.access.costs import Mode, require_positive
from geodata.access.errors import AccessError
from geodata.access.points import require_ids
from geodata.access.thresholds import MILIEU_NAMES
from geodata.text import Language, Text

UNKNOWN: Final = "unknown"

DETOUR: Final[Mapping[str, float]] = MappingProxyType(
    {"urban": 1.3, "periurban": 1.3, "rural": 1.4, "remote": 1.4, UNKNOWN: 1.4}
)
"""Kilometres travelled for one as the crow flies: denser streets are straighter."""

DRIVE_KMH: Final[Mapping[str, float]] = MappingProxyType(
    {"urban": 35.0, "periurban": 50.0, "rural": 65.0, "remote": 65.0, UNKNOWN: 50.0}
)
"""Mean speed from door to door, stops included: a convention of this tool and no measurement."""


@dataclass(frozen=True)
class Pace:
    """Detours and speeds; each is an assumption that the screen states.

    Parameters
    ----------
    detour
        Kilometres travelled for one as the crow flies, 1 or more, by milieu of the origin.
    walk_kmh
        Speed on foot.
    drive_kmh
        Mean speed by car from door to door, by milieu of the origin.

    Raises
    ------
    AccessError
        If a detour is under 1, a speed is not above zero, or a milieu is not known. A milieu that is not
        named keeps its default.
    """

    detour: Mapping[str, float] = field(default_factory=lambda: DETOUR)
    walk_kmh: float = 4.8
    drive_kmh: Mapping[str, float] = field(default_factory=lambda: DRIVE_KMH)

    def __post_init__(self) -> None:
        object.__setattr__(self, "detour", _completed(self.detour, DETOUR, "detour"))
        object.__setattr__(self, "drive_kmh", _completed(self.drive_kmh, DRIVE_KMH, "drive_kmh"))
        require_positive(self.walk_kmh, "walk_kmh")
        short = [milieu for milieu, factor in self.detour.items() if factor < 1]
        if short:
            raise AccessError(
                Text("Un détour raccourcit la ligne droite", "A detour shortens the straight line"),
                where=f"detour, {short[0]}",
                hint=Text("donnez 1 ou plus", "give 1 or more"),
            )

    def detours(self, milieu: pd.Series) -> NDArray[np.float64]:
        """Give the detour of each milieu of a Series, float64."""
        return _mapped(milieu, self.detour)

    def speeds(self, milieu: pd.Series, mode: Mode) -> NDArray[np.float64]:
        """Give the km/h of each milieu of a Series, float64."""
        if mode is Mode.WALK:
            return np.full(len(milieu), float(self.walk_kmh))
        return _mapped(milieu, self.drive_kmh)

    def said(self, mode: Mode, present: Iterable[str]) -> Text:
        """Say in one sentence what was assumed, for the milieux present."""
        kinds = [milieu for milieu in MILIEU_NAMES if milieu in set(present)] or [UNKNOWN]
        return Text(self._sentence("fr", mode, kinds), self._sentence("en", mode, kinds))

    def _sentence(self, language: Language, mode: Mode, kinds: list[str]) -> str:
        french = language == "fr"
        detour = _listed({k: self.detour[k] for k in kinds}, "×\u00a0{}", language)
        if mode is Mode.WALK:
            speed = f"{_number(self.walk_kmh, language)}\u00a0km/h"
            way = "à pied à" if french else "walking at"
        else:
            speed = _listed({k: self.drive_kmh[k] for k in kinds}, "{}\u00a0km/h", language)
            way = "en voiture à" if french else "driving at"
        if french:
            return f"À vol d'oiseau {detour}, {way} {speed}\u00a0: des hypothèses, à ±\u00a020\u00a0% près."
        return f"As the crow flies {detour}, {way} {speed}: assumptions, give or take 20%."


def known_milieu(milieu: pd.Series | None, ids: pd.Index) -> pd.Series:
    """Give the milieu of each place, ``unknown`` where none is.

    Raises
    ------
    AccessError
        If one is no milieu of the tool, or a place has two.
    """
    if milieu is None:
        return pd.Series(UNKNOWN, index=ids)
    require_ids(milieu.index, "milieu")
    found = milieu.reindex(ids)
    found = found.where(found.notna(), UNKNOWN)
    strange = ~found.isin(list(MILIEU_NAMES))
    if strange.any():
        raise AccessError(
            Text("Un milieu est inconnu de l'outil", "A milieu is unknown to the tool"),
            where=f"{found.index[strange][0]}, {found[strange].iloc[0]}",
            hint=Text(
                f"choisissez parmi {', '.join(MILIEU_NAMES)}", f"choose among {', '.join(MILIEU_NAMES)}"
            ),
        )
    return found


def _completed(given: Mapping[str, float], default: Mapping[str, float], where: str) -> Mapping[str, float]:
    for milieu, value in given.items():
        if milieu not in default:
            raise AccessError(
                Text("Un milieu est inconnu de l'outil", "A milieu is unknown to the tool"),
                where=f"{where}, {milieu}",
                hint=Text(f"choisissez parmi {', '.join(default)}", f"choose among {', '.join(default)}"),
            )
        require_positive(value, f"{where}, {milieu}")
    return MappingProxyType({**default, **given})


def _mapped(milieu: pd.Series, values: Mapping[str, float]) -> NDArray[np.float64]:
    return np.asarray(milieu.map(dict(values)).to_numpy(dtype=np.float64))


def _listed(values: Mapping[str, float], form: str, language: Language) -> str:
    """Write « × 1,3 (urbain, périurbain) ou × 1,4 (rural) »; one value alone needs no milieu."""
    distinct = sorted(set(values.values()))
    if len(distinct) == 1:
        return form.format(_number(distinct[0], language))
    parts = []
    for value in distinct:
        names = [MILIEU_NAMES[k].in_language(language) for k, v in values.items() if v == value]
        parts.append(f"{form.format(_number(value, language))} ({', '.join(names)})")
    return f"{', '.join(parts[:-1])} {'ou' if language == 'fr' else 'or'} {parts[-1]}"


def _number(value: float, language: Language) -> str:
    shown = f"{value:g}"
    return shown.replace(".", ",") if language == "fr" else shown
