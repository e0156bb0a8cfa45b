"""What the portrait keeps in the address bar, read with care."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from dashboard.data import PACKAGE_ID_LENGTH
from dashboard.links import asked
from dashboard.state import Key
from geodata.package import Package
from geodata.text import Text

_LONGEST_QUOTE: Final = 40


class Name(StrEnum):
    """Names in the address."""

    TERRITORY = "territoire"


def territory_asked(package: Package) -> tuple[str | None, list[Text]]:
    """Give the territory of the address, and a sentence for each thing left aside."""
    wanted = asked(Name.TERRITORY)
    notices = []
    if wanted and wanted not in package.territories.index:
        notices.append(_absent(wanted))
    if asked(Key.PACKAGE) not in {"", package.id[:PACKAGE_ID_LENGTH]}:
        notices.append(
            Text(
                "Ce lien a été fait avec une autre version des données ; les chiffres peuvent avoir changé.",
                "This link was made with another version of the data; figures may have changed.",
            )
        )
    return (wanted if wanted in package.territories.index else None), notices


def _absent(name: str) -> Text:
    short = name if len(name) <= _LONGEST_QUOTE else name[:_LONGEST_QUOTE] + "…"
    return Text(
        f"Le territoire « {short} » du lien n'existe pas dans ces données ; choisissez-en un autre.",
        f"The territory “{short}” of the link is not in these data; choose another one.",
    )
