"""What the portrait keeps in the address bar, read with care."""

from __future__ import annotations

from enum import StrEnum

from dashboard.data import PACKAGE_ID_LENGTH
from dashboard.link_words import other_version, quoted
from dashboard.links import asked
from dashboard.state import Key
from geodata.package import Package
from geodata.text import Text


class Name(StrEnum):
    """Names in the address."""

    TERRITORY = "territoire"


def territory_asked(package: Package) -> tuple[str | None, list[Text]]:
    """Give the territory of the address, and a sentence for each thing left aside."""
    wanted = asked(Name.TERRITORY)
    notices = [_absent(wanted)] if wanted and wanted not in package.territories.index else []
    notices += other_version(asked(Key.PACKAGE), package.id[:PACKAGE_ID_LENGTH])
    return (wanted if wanted in package.territories.index else None), notices


def _absent(name: str) -> Text:
    said = quoted(name)
    return Text(
        f"Le territoire {said.fr} du lien n'existe pas dans ces données ; choisissez-en un autre.",
        f"The territory {said.en} of the link is not in these data; choose another one.",
    )
