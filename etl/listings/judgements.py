"""Problems that a whole listing reveals, beside those of ``problems``: values, places, secrets."""

from __future__ import annotations

from typing import Final

from etl.listings.model import Origin, Problem
from etl.listings.problems import Kind, shown
from geodata.text import Text

WITHHELD: Final = "retenu / withheld"
"""Shown in place of any value of a confidential place."""


def _flag(why_fr: str, why_en: str, todo_fr: str, todo_en: str) -> Kind:
    return Kind("flag", Text(why_fr, why_en), Text(todo_fr, todo_en))


JUDGEMENTS: Final[dict[str, Kind]] = {
    "bad_postal_code": _flag(
        "ce n’est pas un code postal canadien ; la valeur est gardée",
        "this is no Canadian postal code; the value is kept",
        "écrire le code postal comme H2X 1Y4",
        "write the postal code like H2X 1Y4",
    ),
    "postal_code_outside_quebec": _flag(
        "ce code postal n’est pas du Québec (G, H ou J) ; la valeur est gardée",
        "this postal code is not in Québec (G, H or J); the value is kept",
        "corriger le code postal, ou la province",
        "fix the postal code, or the province",
    ),
    "bad_phone": _flag(
        "ce n’est pas un numéro de téléphone complet ; la valeur est gardée",
        "this is no complete phone number; the value is kept",
        "écrire dix chiffres, comme 514 555-0123",
        "write ten digits, like 514 555-0123",
    ),
    "bad_email": _flag(
        "ce n’est pas une adresse de courriel ; la valeur est gardée",
        "this is no e-mail address; the value is kept",
        "corriger l’adresse de courriel",
        "fix the e-mail address",
    ),
    "bad_url": _flag(
        "ce n’est pas une adresse de site web ; la valeur est gardée",
        "this is no website address; the value is kept",
        "écrire l’adresse comme https://exemple.org",
        "write the address like https://example.org",
    ),
    "outside_quebec": _flag(
        "les coordonnées tombent hors du Québec ; le lieu n’est pas placé sur la carte",
        "the coordinates fall outside Québec; the place is not put on the map",
        "corriger la latitude et la longitude (longitude négative), ou les vider",
        "fix the latitude and longitude (longitude is negative), or empty them",
    ),
    "far_from_postal_code": _flag(
        "les coordonnées sont à plus de 50 km du code postal ; le lieu n’est pas placé sur la carte",
        "the coordinates are over 50 km from the postal code; the place is not put on the map",
        "corriger les coordonnées ou le code postal",
        "fix the coordinates or the postal code",
    ),
    "swapped_coordinates": _flag(
        "la latitude et la longitude semblent inversées ; le lieu n’est pas placé sur la carte",
        "latitude and longitude seem swapped; the place is not put on the map",
        "échanger les deux valeurs",
        "swap the two values",
    ),
    "duplicate": _flag(
        "une autre fiche de cette liste semble être la même ; les deux sont gardées",
        "another record of this listing seems to be the same; both are kept",
        "vérifier les deux fiches et retirer celle de trop",
        "check both records and remove the extra one",
    ),
    "confidential": _flag(
        "l’adresse protège des personnes : la fiche n’est ni placée ni listée, seulement comptée par région",
        "the address protects people: the record is neither placed nor listed, only counted by region",
        "rien à faire",
        "nothing to do",
    ),
}

ZERO: Final = Text(
    "la latitude et la longitude sont à zéro, hors du Québec ; le lieu n’est pas placé sur la carte",
    "latitude and longitude are zero, outside Québec; the place is not put on the map",
)


def judgement(
    kind: str, origin: Origin, field: str = "", value: object = "", *, why: Text | None = None
) -> Problem:
    """Say one thing that the listing as a whole reveals about an entry.

    Parameters
    ----------
    kind
        Key of ``JUDGEMENTS``.
    field, value
        The column and what it holds, cut to 200 characters.
    why
        Replaces the general reason, where more is known.
    """
    known = JUDGEMENTS[kind]
    return Problem(kind, known.severity, origin, field, shown(value), why or known.why, known.todo)
