from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from etl.listings.review import FILE, decide, decisions, journal
from geodata.errors import ListingError


def test_an_answer_stands_whatever_the_order_of_the_two(tmp_path: Path) -> None:
    decide(tmp_path, "b:2", "a:1", "same", who="Marie", score=0.7)
    assert decisions(tmp_path).of("a:1", "b:2") == "same"
    assert decisions(tmp_path).of("b:2", "a:1") == "same"
    assert decisions(tmp_path).of("a:1", "c:3") is None


def test_the_last_answer_stands_and_nothing_is_erased(tmp_path: Path) -> None:
    for answer in ("same", "different", "undo"):
        decide(tmp_path, "a", "b", answer)  # type: ignore[arg-type]
    assert decisions(tmp_path).answers == {}
    assert [line.answer for line in journal(tmp_path)] == ["same", "different", "undo"]
    decide(tmp_path, "a", "b", "different")
    assert decisions(tmp_path).of("a", "b") == "different"


def test_nothing_was_decided_in_a_new_folder(tmp_path: Path) -> None:
    assert decisions(tmp_path / "none").answers == {}
    assert journal(tmp_path) == []


@pytest.mark.parametrize(("one", "other", "answer"), [("a", "a", "same"), ("a", "b", "perhaps")])
def test_no_answer_is_refused(tmp_path: Path, one: str, other: str, answer: str) -> None:
    with pytest.raises(ListingError):
        decide(tmp_path, one, other, answer)  # type: ignore[arg-type]
    assert not (tmp_path / FILE).exists()


def test_a_damaged_journal_keeps_its_good_lines(tmp_path: Path) -> None:
    decide(tmp_path, "a", "b", "same")
    with (tmp_path / FILE).open("ab") as stream:
        stream.write(b'{"left": 3}\n[1]\n\xff\xfe\n{"left": "x", "right": "y", "answer": "same", "who"')
    decide(tmp_path, "c", "d", "different", who="x" * 1000)
    assert decisions(tmp_path).answers == {("a", "b"): "same", ("c", "d"): "different"}
    last = json.loads((tmp_path / FILE).read_bytes().splitlines()[-1])
    assert len(last["who"]) == 200


def test_many_hands_write_whole_lines(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: decide(tmp_path, f"a{n}", f"b{n}", "same"), range(40)))
    assert len(journal(tmp_path)) == 40
