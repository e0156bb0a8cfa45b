"""Turn the words of others into our categories: missions, tags, labels and names, by rules kept as data.

The taxonomies of referral services are licensed and none is kept here. Who has the right to one writes a
slot, a TOML file of rules such as::

    [[rules]]
    scheme = "AIRS"
    prefix = "BD-1800"
    categories = ["food_bank"]

    [[rules]]
    label = "food pantr*"
    categories = ["food_bank"]
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from geodata.errors import ListingError
from geodata.taxonomy import CATEGORIES, SCHEME
from geodata.text import Text, fold

_RULES: Final = Path(__file__).with_name("classify.toml")
_MOST_READ: Final = 400
"""Characters read of a description: further on, it speaks of other places."""

_GENERAL: Final = "community_centre"
"""Said of almost anything; kept only where nothing more precise is."""

_START: Final = 4
"""Letters by which a word is known before its phrase is searched for."""

_SUBJECTS_OF_NAME: Final = frozenset(CATEGORIES) - {"school", "hospital"}


@dataclass(frozen=True)
class Rule:
    """One rule of a slot: a scheme and the beginning of its codes, or words of a label."""

    categories: tuple[str, ...]
    scheme: str = ""
    prefix: str = ""
    label: re.Pattern[str] | None = None

    def fits(self, scheme: str, code: str, label: str) -> bool:
        """Whether a term falls under the rule; every part that the rule names must fit."""
        return (
            (not self.scheme or self.scheme == scheme)
            and (not self.prefix or code.startswith(self.prefix))
            and (self.label is None or self.label.search(label) is not None)
        )


@dataclass(frozen=True)
class Slot:
    """Rules that a table brings for a taxonomy to which it has the right."""

    rules: tuple[Rule, ...] = field(default=())


@cache
def _rules() -> dict[str, Any]:
    raw = tomllib.loads(_RULES.read_text("utf-8"))
    raw["labels"] = {fold(label): categories for label, categories in raw["labels"].items()}
    raw["patterns"] = {category: _pattern(phrases) for category, phrases in raw["words"].items()}
    raw["starts"] = _starts(raw["words"])
    # A table may hold the value of a tag alone: « charity » is then an office, the commoner of the two.
    alone = {tag: categories for tag, categories in raw["osm"].items() if not tag.startswith("shop=")}
    raw["values"] = {tag.partition("=")[2]: categories for tag, categories in alone.items()}
    return raw


def _starts(words: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Give the categories by the beginning of the first word of their phrases."""
    starts: dict[str, set[str]] = {}
    for category, phrases in words.items():
        for phrase in phrases:
            first = fold(phrase.split()[0]).split()[0]
            starts.setdefault(first[:_START], set()).add(category)
    return starts


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Compile phrases whose ``*`` ends a word in any way; they read folded text."""
    words = (
        " ".join(re.escape(fold(word)) + (r"\w*" if word.endswith("*") else "") for word in phrase.split())
        for phrase in phrases
    )
    return re.compile(rf"\b(?:{'|'.join(words)})\b")


def read_slot(path: Path) -> Slot:
    """Read the rules of a table.

    Raises
    ------
    ListingError
        If the file is not TOML, a rule says nothing, or names a category that does not exist.
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        return Slot(tuple(_rule(entry) for entry in raw["rules"]))
    except (OSError, KeyError, TypeError, AttributeError, ValueError) as failure:
        raise ListingError(
            Text(
                f"Ces règles de classement ne peuvent être lues, {failure}",
                f"These classification rules cannot be read, {failure}",
            ),
            where=path.name,
            hint=Text(
                "écrivez des [[rules]] avec « scheme » et « prefix », ou « label », et « categories »",
                "write [[rules]] with “scheme” and “prefix”, or “label”, and “categories”",
            ),
        ) from failure


def _rule(entry: Mapping[str, Any]) -> Rule:
    categories = tuple(entry["categories"])
    unknown = [category for category in categories if category not in CATEGORIES]
    if unknown:
        raise ValueError(f"categories = {unknown[0]}")
    prefix, label = str(entry.get("prefix", "")), str(entry.get("label", ""))
    if not prefix and not fold(label):
        raise ValueError("prefix, label")
    return Rule(categories, str(entry.get("scheme", "")), prefix, _pattern([label]) if label else None)


def kinds_of_missions(missions: Iterable[str]) -> list[str]:
    """Give the categories of the missions of a health and social services facility."""
    table: dict[str, list[str]] = _rules()["missions"]
    return list(dict.fromkeys(kind for mission in missions for kind in table.get(mission, ())))


def categories_of(
    terms: Sequence[Mapping[str, Any]], name: str = "", description: str = "", *, slot: Slot | None = None
) -> list[str]:
    """Give the categories of a service, the surest first; empty where nothing tells.

    Its terms say it, then its name, then the opening of its description if neither does.

    Parameters
    ----------
    terms
        ``{"scheme", "code", "label"}`` as its listing classifies it.
    name, description
        Of the service or of its place.
    slot
        Rules of the table for a licensed taxonomy.
    """
    found = [category for term in terms for category in category_of_term(term, slot)]
    found += [category for category in _by_words(fold(name[:_MOST_READ])) if category in _SUBJECTS_OF_NAME]
    if not found and description:
        found = list(_by_words(fold(description[:_MOST_READ])))
    unique = list(dict.fromkeys(found))
    return [category for category in unique if category != _GENERAL] or unique


def category_of_term(term: Mapping[str, Any], slot: Slot | None = None) -> list[str]:
    """Give the categories of one term: by our own code, the table's rules, a tag, a label, its words."""
    scheme, code, label = (str(term.get(part) or "") for part in ("scheme", "code", "label"))
    if scheme == SCHEME and code in CATEGORIES:
        return [code]
    folded = fold(label[:_MOST_READ])
    by_rule = [c for r in (slot or Slot()).rules if r.fits(scheme, code, folded) for c in r.categories]
    if by_rule:
        return list(dict.fromkeys(by_rule))
    if scheme == "osm":
        tags = _rules()["osm"].get(code)
        return list(_rules()["values"].get(code, ()) if tags is None else tags)
    exact: list[str] | None = _rules()["labels"].get(folded)
    return list(_by_words(folded)) if exact is None else list(exact)


@lru_cache(maxsize=65_536)
def _by_words(folded: str) -> tuple[str, ...]:
    # Forty searches a name are a tenth of a large import: only those that may begin here are made.
    starts: dict[str, set[str]] = _rules()["starts"]
    beginnings = {word[:length] for word in folded.split() for length in range(1, _START + 1)}
    likely = set().union(*(starts[start] for start in beginnings & starts.keys()))
    patterns: dict[str, re.Pattern[str]] = _rules()["patterns"]
    return tuple(c for c, pattern in patterns.items() if c in likely and pattern.search(folded))


def unmapped_terms(
    terms: Iterable[Mapping[str, Any]], slot: Slot | None = None
) -> list[dict[str, str | int]]:
    """List the terms that no rule fits, the most frequent first, for an analyst to write rules.

    Returns
    -------
    list of dict
        ``scheme, code, label, count``.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    for term in terms:
        if not category_of_term(term, slot):
            counts[tuple(str(term.get(part) or "") for part in ("scheme", "code", "label"))] += 1  # type: ignore[index]
    return [
        {"scheme": scheme, "code": code, "label": label, "count": count}
        for (scheme, code, label), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
