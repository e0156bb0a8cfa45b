"""What a territory is called inside a sentence: « la MRC de Témiscamingue », “the RCM of Témiscamingue”."""

from __future__ import annotations

from typing import Final

from dashboard.comparison import Reference
from dashboard.components.labels import territory_name
from dashboard.i18n import _
from dashboard.narration.grammar import of, of_the, organisation, the
from geodata.model import Level
from geodata.package import Package

EQUIVALENT_TERRITORIES: Final = frozenset(
    "mrc:" + code
    for code in (
        "01", "23", "251", "36", "371", "43", "58", "65", "66", "74", "81", "86", "90", "941", "991", "992",
        "993",
    )
)  # fmt: skip
"""Cities and northern territories that stand at the level of the MRC and are none (MAMH)."""

_OWN_NAME: Final = (Level.MUNICIPALITY, Level.ARRONDISSEMENT)


def phrase(package: Package, territory: str) -> str:
    """Name a territory inside a sentence, its article in lower case."""
    level = Level(package.territories.at[territory, "level"])
    name = territory_name(package, territory)
    if level is Level.PROVINCE:
        return _("le Québec")
    if level in _OWN_NAME:
        return name
    return {
        Level.REGION: _("la région {of_name}"),
        Level.RSS: _("la région sociosanitaire {of_name}"),
        Level.RTS: _("le {name}") if name.startswith("RTS") else _("le réseau territorial {name}"),
        Level.RLS: _("le {name}") if name.startswith("RLS") else _("le réseau local {name}"),
        Level.CLSC: _("le territoire de CLSC {name}"),
        Level.MRC: _mrc(territory),
        Level.QUARTIER: _("le quartier {name}"),
        Level.TABLE: _table(name),
        Level.CT: _("le {name}"),
        Level.DA: _("l'aire de diffusion {name}"),
    }.get(level, _("le territoire « {name} »")).format(name=_short(level, name), of_name=_of(level, name))


def _mrc(territory: str) -> str:
    return _("le territoire {of_name}") if territory in EQUIVALENT_TERRITORIES else _("la MRC {of_name}")


def _table(name: str) -> str:
    known = organisation(name) is not None
    return _("le territoire {of_name}") if known else _("le territoire de « {name} »")


def _short(level: Level, name: str) -> str:
    if level is Level.QUARTIER:
        return name.removeprefix("Quartier ")
    return name[:1].lower() + name[1:] if level is Level.CT else name


def _of(level: Level, name: str) -> str:
    if level is Level.TABLE and (known := organisation(name)) is not None:
        return of_the(known)
    if level in (Level.REGION, Level.RSS) and the(name) is None:
        # A name whose article nobody wrote down is set beside, not after « de ».
        return name
    return of(name)


def reference_phrase(package: Package, reference: Reference) -> str:
    """Name what a territory is compared with: « l'ensemble du Québec », « la MRC de Joliette »."""
    if len(reference.territories) != 1:
        return _("ses {name}").format(name=reference.name)
    (only,) = reference.territories
    if package.territories.at[only, "level"] == Level.PROVINCE.value:
        return _("l'ensemble du Québec")
    return phrase(package, only)
