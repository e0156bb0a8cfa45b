"""Places whose address protects someone, told by their name, their labels or their description."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Final

from geodata.text import Text, fold

_NAMES: Final = re.compile(r"\b(foyers? de groupe|refuges?)\b")


class Protection(StrEnum):
    """Why a place is kept off every map and list; the only detail that a count keeps."""

    SHELTER = "shelter"
    GROUP_HOME = "group_home"
    YOUTH_PROTECTION = "youth_protection"
    PRIVATE_ADDRESS = "private_address"


PROTECTION_NAMES: Final[dict[Protection, Text]] = {
    Protection.SHELTER: Text("Refuge ou maison d'hébergement", "Shelter or transition house"),
    Protection.GROUP_HOME: Text("Foyer de groupe", "Group home"),
    Protection.YOUTH_PROTECTION: Text("Protection de la jeunesse", "Youth protection"),
    Protection.PRIVATE_ADDRESS: Text("Adresse déclarée confidentielle", "Address declared confidential"),
}

# Patterns read folded text: no accent, no hyphen, no apostrophe, no case.
_PEOPLE: Final = re.compile(
    r"\b(femmes?|women|woman|violence|violentee?s?|battered|abused|jeunes?|youths?|teens?|filles?|girls?"
    r"|itineran\w*|homeless\w*|sans abris?|enfants?|children|familles?|famil\w+|hommes?|men|runaways?"
    r"|trafficking|exploitation)\b"
)
_NOT_PEOPLE: Final = re.compile(
    r"\b(fauniques?|faunes?|wildlife|birds?|oiseaux|ornithologique|animaux|animal|animalier|animaliere|pets?"
    r"|chats?|cats?|chiens?|dogs?|spca|equin\w*|horses?|chevaux|migrateurs?|picnic|pique nique|autobus|bus"
    r"|tax|fiscal|alpin|montagne|randonn\w+|skieurs?|ski|cafe|restaurant|bistro|bar|brasserie|pub"
    r"|national wildlife|bomb|storm|tornado|hurricane)\b"
)
_GROUP_HOME: Final = re.compile(
    r"\b(foyers? de groupe|group homes?|foyers? d accueil|foster (home|care|famil)\w*|famille d accueil"
    r"|maisons? de groupe|ressources? de type familial|residential treatment .{0,20}(youth|adolescen)\w*)\b"
)
_YOUTH: Final = re.compile(
    r"\b(protection de la jeunesse|protection de l enfance|dpj|cpej|crjda|crmda|youth protection|batshaw"
    r"|child(ren)? protecti(on|ve)|child welfare|centres? jeunesse(?! emploi| travail)"
    r"|jeunes? en difficulte d adaptation|readaptation .{0,40}(jeunes? en difficulte|jeunesse)"
    r"|unites? de vie .{0,20}jeunesse|mere?s? en difficulte d adaptation|juvenile (detention|hall))\b"
)
_WORDS_OF_SHELTER: Final = re.compile(
    r"\b(refuges?|shelters?|maisons? d (aide et d )?hebergement"
    r"|(maisons?|centres?) d (aide et d )?hebergement (et d aide )?"
    r".{0,30}(femmes?|violence|jeunesse|itineran\w*)|transition (house|home)s?|safe ?houses?"
    r"|maisons? de transition|hebergement d urgence|emergency (housing|accommodation)s?|halte chaleur"
    r"|maisons? d urgence|lits? d urgence|warming (centre|center)s?|(second|deuxieme|2e) (stage|etape)"
    r" .{0,20}(housing|hebergement|maison)|hebergement .{0,40}(violence|femmes? (violentee?s?|en difficulte)"
    r"|victimes?|jeunes? sans abri|itineran\w*)|housing .{0,30}(abused|battered|domestic violence)"
    r"|hebergement .{0,25}(femmes?|jeunes?|jeunesse)|auberges? du coeur|maisons? de (2e|deuxieme) etape"
    r"|(maisons?|foyers?|residences?|abris?) (d accueil |d urgence )?(pour|aux) (les )?femmes"
    r"|(wom[ae]n s|for (battered|abused|homeless) women) (residence|home|house)s?"
    r"|(residence|home|house)s? for (battered|abused|homeless) (women|youth))\b"
)
_OPEN_TO_ALL: Final = re.compile(r"\bclsc\b")
_OF_THE_OLD: Final = re.compile(r"\b(aines?|personnes agees|retrait\w+|seniors?|elderly|chsld|soins)\b")
_SECRET: Final = re.compile(
    r"\b(adresse|emplacement|lieu|localisation)s? (est |sont |demeure |reste )?(tenue? )?"
    r"(confidentiel\w*|secrete?|privee|non divulgue\w*|protegee)\b"
    r"|\b(confidential|undisclosed|secret|unpublished|private) (address|location|site)\b"
    r"|\b(address|location) (is |kept |remains )*"
    r"(confidential|undisclosed|not (published|disclosed)|withheld)\b"
)
_HINT: Final = re.compile(
    r"refuge|shelter|heberg|foyer|group|foster|accueil|familial|residential|jeune|enfan|dpj|cpej|crjda|crmda"
    r"|youth|batshaw|child|mere|unite|juvenile|transition|safe|urgence|emergency|halte|warming|stage|etape"
    r"|housing|pour (les )?femmes|aux femmes|abri|auberge|women|woman|battered|abused|homeless"
    r"|confiden|secret|undisclosed|unpublished|privat|prive|divulgu|proteg|withheld|disclosed|published"
)
"""Stems without which no pattern above can be found: most texts are done with at the first look."""
_TERMS_OF_SHELTER: Final = frozenset(
    {
        "social_facility=shelter",
        "social_facility=ambulatory_shelter",
        "social_facility:for=abused",
        "social_facility:for=displaced",
    }
)
_TERMS_OF_HOMES: Final = frozenset({"social_facility=group_home:child", "social_facility:for=juvenile"})


def names_a_confidential_place(name: str) -> bool:
    """Whether a name says group home or shelter, whatever its case, accents and spaces.

    >>> names_a_confidential_place("Foyer  de groupe LAVAL")
    True
    """
    return _NAMES.search(fold(name)) is not None


def protection_of(
    names: Iterable[str], descriptions: Iterable[str] = (), term_codes: Iterable[str] = ()
) -> Protection | None:
    """Tell why a place of a listing is confidential, or null where nothing says so.

    A listing says less of a place than the ministry's file: its names and labels are read widely, its
    descriptions for a phrase that can only speak of the place itself. In doubt a place is protected; a
    refuge for animals, a mountain hut or a residence for older people is not one of these places.

    Parameters
    ----------
    names
        Names of the place, of its organisation and of its services, and the labels of its terms.
    descriptions
        Longer texts.
    term_codes
        Codes such as ``social_facility=shelter``.

    >>> protection_of(["Maison d'hébergement pour femmes victimes de violence"])
    <Protection.SHELTER: 'shelter'>
    >>> protection_of(["Refuge faunique de Marguerite-D'Youville"]) is None
    True
    """
    for name in names:
        found = _of_name(name[:_MOST_READ]) if name else None
        if found is not None:
            return found
    for text in descriptions:
        found = _of_description(text[:_MOST_READ]) if text else None
        if found is not None:
            return found
    return _of_terms(term_codes)


_MOST_READ: Final = 4_000
_OPENING: Final = 160


@lru_cache(maxsize=65_536)
def _of_name(name: str) -> Protection | None:
    folded = fold(name)
    if not _HINT.search(folded):
        return None
    if _YOUTH.search(folded) and not _OPEN_TO_ALL.search(folded):
        return Protection.YOUTH_PROTECTION
    if _GROUP_HOME.search(folded):
        return Protection.GROUP_HOME
    if not _WORDS_OF_SHELTER.search(folded):
        return Protection.PRIVATE_ADDRESS if _SECRET.search(folded) else None
    speaks_of_people = _PEOPLE.search(folded) is not None
    harmless = _NOT_PEOPLE.search(folded) or _OF_THE_OLD.search(folded)
    return None if harmless and not speaks_of_people else Protection.SHELTER


@lru_cache(maxsize=8_192)
def _of_description(text: str) -> Protection | None:
    """Read what opens a description: further on, a text speaks of other places, such as referrals."""
    folded = fold(text)
    if not _HINT.search(folded):
        return None
    if _SECRET.search(folded):
        return Protection.PRIVATE_ADDRESS
    opening = folded[:_OPENING]
    if _GROUP_HOME.match(opening) or _YOUTH.match(opening):
        return _of_name(opening)
    sheltering = _WORDS_OF_SHELTER.search(opening)
    if sheltering and _PEOPLE.search(opening) and not _NOT_PEOPLE.search(opening):
        return Protection.SHELTER
    return None


def _of_terms(codes: Iterable[str]) -> Protection | None:
    held = set(codes)
    if held & _TERMS_OF_HOMES:
        return Protection.YOUTH_PROTECTION
    if "social_facility=group_home" in held:
        return Protection.GROUP_HOME
    return Protection.SHELTER if held & _TERMS_OF_SHELTER else None
