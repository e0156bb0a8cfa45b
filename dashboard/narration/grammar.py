"""The little words of both languages: articles that contract, elision, lists."""

from __future__ import annotations

from typing import Final

from babel.lists import format_list

from dashboard.format import LOCALES, NBSP
from dashboard.i18n import current_language
from geodata.text import fold

ARTICLES: Final[dict[str, str]] = {
    "Abitibi-Témiscamingue": "l'", "Bas-Saint-Laurent": "le", "Capitale-Nationale": "la",
    "Centre-du-Québec": "le", "Chaudière-Appalaches": "la", "Côte-Nord": "la", "Estrie": "l'",
    "Gaspésie–Îles-de-la-Madeleine": "la", "Lanaudière": "", "Laurentides": "les", "Laval": "",
    "Mauricie": "la", "Montérégie": "la", "Montréal": "", "Nord-du-Québec": "le", "Nunavik": "le",
    "Outaouais": "l'", "Saguenay–Lac-Saint-Jean": "le", "Terres-Cries-de-la-Baie-James": "les",
    "Québec": "", "Jamésie": "la", "Administration régionale Kativik": "l'",
    "Communauté maritime des Îles-de-la-Madeleine": "la",
}  # fmt: skip
"""French article of the names that take one without writing it; empty where a name takes none."""

ORGANISATION_ARTICLES: Final[dict[str, str]] = {
    "Table": "la", "CDC": "la", "Coalition": "la", "Corporation": "la",
    "Conseil": "le", "Comité": "le", "CLIC": "le", "Regroupement": "le",
}  # fmt: skip
"""French article of an organisation, by the first word of its name; others are names of their own."""

_MUTE_H: Final = ("hebert", "henri", "herouxville", "hochelaga", "huberdeau")
"""Names in h that elide, folded; the others (Havre, Haute, Hull, Hampstead) do not."""

_VOWELS: Final = "aeiou"

_LOWER_ARTICLES: Final = ("le ", "la ", "les ", "l'")


def of(name: str) -> str:
    """Put « de » before a proper name: ``du Granit``, ``de La Tuque``, ``d'Hochelaga``, ``of Granby``.

    An article written in the name keeps its capital unless it contracts, as the Commission de toponymie
    asks: « de La Tuque », « de L'Assomption », « du Granit », « des Sources ».
    """
    if current_language() == "en":
        return f"of {name}"
    if ARTICLES.get(name):
        return of_the(_with_article(ARTICLES[name], name))
    if name.startswith(("Le ", "Les ")):
        return of_the(name[0].lower() + name[1:])
    if name.startswith(("Des ", "Du ", "De l'", "De la ")):
        return name[0].lower() + name[1:]
    return f"d'{name}" if _elides(name) and not name.startswith("L'") else f"de {name}"


def the(name: str) -> str | None:
    """Give a name with the article that it takes, or null where nobody wrote which: « l'Outaouais »."""
    if current_language() == "en":
        return name
    if name not in ARTICLES:
        return None
    return _with_article(ARTICLES[name], name)


def organisation(name: str) -> str | None:
    """Give an organisation with its article, or null where its name takes none that is known."""
    article = ORGANISATION_ARTICLES.get(name.split(" ")[0])
    if article is None:
        return None
    return f"{'the' if current_language() == 'en' else article} {name}"


def of_the(phrase: str) -> str:
    """Put « de » before a phrase that starts with its article: ``du territoire``, ``de l'aire``."""
    if current_language() == "en":
        return f"of {phrase}"
    if phrase.startswith("le "):
        return "du " + phrase[3:]
    if phrase.startswith("les "):
        return "des " + phrase[4:]
    return f"de {phrase}" if phrase.startswith(_LOWER_ARTICLES) else of(phrase)


def to_the(phrase: str) -> str:
    """Put « à » before a phrase: ``au territoire``, ``à la MRC``, ``aux Coteaux``, ``to the region``."""
    if current_language() == "en":
        return f"to {phrase}"
    for article, contracted in (("le ", "au "), ("les ", "aux "), ("Le ", "au "), ("Les ", "aux ")):
        if phrase.startswith(article):
            return contracted + phrase[len(article) :]
    return f"à {phrase}"


def capital(sentence: str) -> str:
    """Start a sentence with a capital letter, and leave the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def listed(items: list[str]) -> str:
    """Join what is listed: ``a, b et c``; ``a, b, and c``."""
    return str(format_list(items, style="standard", locale=LOCALES[current_language()]))


def in_title_of(title: str) -> str:
    """Give a title inside a sentence: lower case where its first word is not an acronym."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def tidy(sentence: str) -> str:
    """End a sentence with one period and no blank twice; an empty one stays empty."""
    words = " ".join(part for part in sentence.split(" ") if part).strip()
    if not words:
        return ""
    closed = words.rstrip(NBSP)
    return closed if closed.endswith((".", "!", "?")) else f"{closed}."


def _with_article(article: str, name: str) -> str:
    if not article:
        return name
    return f"{article}{name}" if article.endswith("'") else f"{article} {name}"


def _elides(name: str) -> bool:
    """Say whether « de » elides before a name; an y before a vowel is a consonant."""
    start = fold(name.split(" ")[0])
    if start.startswith("h"):
        return start.startswith(_MUTE_H)
    if start.startswith("y"):
        return start[1:2] not in tuple(_VOWELS) and len(start) > 1
    return start[:1] in tuple(_VOWELS)
