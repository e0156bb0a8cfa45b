"""What people decide of two entries that may be one: written down, never erased, undone by a later line."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from filelock import FileLock

from geodata.errors import ListingError
from geodata.text import Text

FILE: Final = "review.jsonl"
LONGEST_NAME: Final = 200

Answer = Literal["same", "different"]
Word = Literal["same", "different", "undo"]
Pair = tuple[str, str]

_ANSWERS: Final[dict[str, Word]] = {"same": "same", "different": "different", "undo": "undo"}


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the journal.

    Attributes
    ----------
    left, right
        Identifiers of the entries, in alphabetical order.
    answer
        ``same``, ``different``, or ``undo`` to ask again.
    who
        As the person wishes to be named; empty for nobody.
    when
        ISO 8601, UTC.
    score
        What the comparison said, where it was shown.
    """

    left: str
    right: str
    answer: Word
    who: str
    when: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Decisions:
    """The answers that stand now."""

    answers: Mapping[Pair, Answer]

    def of(self, one: str, other: str) -> Answer | None:
        """Give the answer about two entries, in any order."""
        return self.answers.get(_pair(one, other))


def decide(
    home: Path,
    one: str,
    other: str,
    answer: Word,
    *,
    who: str = "",
    score: float | None = None,
) -> Decision:
    """Write an answer at the end of ``home/review.jsonl``; it takes effect at the next assembly.

    Raises
    ------
    ListingError
        If the answer is not one, or says that an entry is itself.
    """
    if one == other or answer not in _ANSWERS:
        raise ListingError(
            Text("Cette réponse n'en est pas une", "This is no answer"),
            where=f"{one}, {other}: {answer}"[:LONGEST_NAME],
            hint=Text(
                "dites de deux fiches « même lieu », « lieux différents » ou « annuler »",
                "say of two entries “same place”, “different places” or “undo”",
            ),
        )
    now = datetime.now(UTC).isoformat(timespec="seconds")
    decision = Decision(*_pair(one, other), answer, who[:LONGEST_NAME], now, score)
    append_line(home / FILE, asdict(decision))
    return decision


def journal(home: Path) -> list[Decision]:
    """Read every line, the oldest first; one that is damaged is passed over."""
    return [decision for raw in read_lines(home / FILE) if (decision := _read(raw)) is not None]


def decisions(home: Path) -> Decisions:
    """Give the answers that stand: the last of each pair, unless it was undone."""
    answers: dict[Pair, Answer] = {}
    for line in journal(home):
        if line.answer == "undo":
            answers.pop((line.left, line.right), None)
        else:
            answers[line.left, line.right] = line.answer
    return Decisions(answers)


def _read(raw: Mapping[str, object]) -> Decision | None:
    words = {name: raw.get(name) for name in ("left", "right", "answer", "who", "when")}
    score = raw.get("score")
    if not all(isinstance(word, str) for word in words.values()) or words["answer"] not in _ANSWERS:
        return None
    left, right, answer, who, when = (str(word) for word in words.values())
    known = float(score) if isinstance(score, int | float) else None
    return Decision(*_pair(left, right), _ANSWERS[answer], who, when, known)


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def append_line(path: Path, record: Mapping[str, object]) -> None:
    """Write one JSON line at the end of a file, whole and on disk, whoever else writes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
    with FileLock(path.with_name(f"{path.name}.lock")), path.open("ab+") as stream:
        # A line cut short by a power failure must not swallow this one.
        if stream.tell() and _last_byte(path) != b"\n":
            line = b"\n" + line
        stream.write(line)
        stream.flush()
        os.fsync(stream.fileno())


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1)


def read_lines(path: Path) -> list[dict[str, object]]:
    """Read the JSON objects of a file of lines; a damaged line is passed over, an absent file is empty."""
    if not path.is_file():
        return []
    records = []
    for line in path.read_bytes().splitlines():
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            records.append(record)
    return records
