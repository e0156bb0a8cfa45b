from __future__ import annotations

import ast
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

import dashboard
from dashboard import i18n
from dashboard.i18n import _, english_catalogue, in_language, ngettext, set_language, text
from geodata.text import Text

SOURCES = Path(dashboard.__file__).parent


@pytest.fixture(scope="module")
def messages() -> set[str | tuple[str, ...]]:
    return {message for path in SOURCES.rglob("*.py") for message in _said(path.read_text("utf-8"))}


def _said(source: str) -> Iterator[str | tuple[str, ...]]:
    """Read the sentences off the syntax tree, which sees those inside f-strings as well."""
    wanted = {"_": 1, "ngettext": 2}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in wanted:
            words = tuple(ast.literal_eval(argument) for argument in node.args[: wanted[node.func.id]])
            yield words if len(words) > 1 else words[0]


def _singular(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def test_every_sentence_has_its_english(messages: set[str | tuple[str, ...]]) -> None:
    catalogue = english_catalogue()
    untranslated = []
    for message in messages:
        entry = catalogue.get(_singular(message))
        strings = [] if entry is None else [entry.string] if isinstance(entry.string, str) else entry.string
        if not strings or not all(strings) or entry.fuzzy or isinstance(message, tuple) != entry.pluralizable:
            untranslated.append(message)
    assert not untranslated


def test_a_sentence_inside_an_f_string_is_seen() -> None:
    source = """f'<p>{escape(_("Ici"))}{ngettext("{n} lieu", "{n} lieux", n)}</p>'"""
    assert set(_said(source)) == {"Ici", ("{n} lieu", "{n} lieux")}


def test_translators_are_given_every_sentence(messages: set[str | tuple[str, ...]]) -> None:
    keywords = {"_": None, "ngettext": (1, 2)}
    found = extract_from_dir(SOURCES, method_map=[("**.py", "python")], keywords=keywords)
    assert messages == {message for _file, _line, message, _comments, _context in found}


def test_no_english_is_stale(messages: set[str | tuple[str, ...]]) -> None:
    used = {_singular(message) for message in messages}
    assert not [entry.id for entry in english_catalogue() if entry.id and _singular(entry.id) not in used]


def test_placeholders_are_the_same_in_both() -> None:
    fields = __import__("re").compile(r"{(\w*)}")
    for entry in english_catalogue():
        if entry.id:
            strings = [entry.string] if isinstance(entry.string, str) else entry.string
            for string in strings:
                assert set(fields.findall(string)) == set(fields.findall(_singular(entry.id))), entry.id


def test_english_says_something_else_than_french() -> None:
    same = {e.id for e in english_catalogue() if e.id and e.id == e.string}
    words_of_both = {
        "811, option 2", "CLSC", "{title}, Québec, {period}", " : ", "Services", "Licence", "Source",
        "Sources", "Version", "Pages", "Portrait", ("{n} source", "{n} sources"),
    }  # fmt: skip
    assert same <= words_of_both


def test_the_language_holds_for_one_run_only() -> None:
    set_language("fr")
    with in_language("en"):
        assert _("pas de données") == "no data"
        seen: list[str] = []
        other = threading.Thread(target=lambda: seen.append(i18n.current_language()))
        other.start()
        other.join()
        assert seen == ["fr"]
    assert _("pas de données") == "pas de données"


def test_french_punctuation_keeps_with_its_word() -> None:
    with in_language("fr"):
        assert text(Text("Ce « mot » : 7,4 % ; oui ?", "x")) == (
            "Ce «\u00a0mot\u00a0»\u00a0: 7,4\u00a0%\u00a0; oui\u00a0?"
        )
    with in_language("en"):
        assert text(Text("x", "A word: yes")) == "A word: yes"


def test_french_counts_zero_as_one() -> None:
    one, many = "{n} code postal commence ainsi.", "{n} codes postaux commencent ainsi."
    with in_language("fr"):
        assert [ngettext(one, many, n) == one for n in (0, 1, 2)] == [True, True, False]
    with in_language("en"):
        assert ngettext(one, many, 0) == ngettext(one, many, 2) != ngettext(one, many, 1)
