"""Ask again what failed for a passing reason: a few times, later each time, never for long."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import urllib3

from etl import refusals
from geodata.errors import FetchError

T = TypeVar("T")

LONGEST_WAIT_SECONDS: Final = 60.0
"""A service that asks to wait longer is left in peace: the error says when to come back."""
_FIRST_WAIT_SECONDS: Final = 0.5
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_CHANCE: Final = random.SystemRandom()


class Clock:
    """Time as it passes; a test gives another."""

    def now(self) -> float:
        """Give seconds from some start."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class PassingError(Exception):
    """Something that the next attempt may not meet.

    Attributes
    ----------
    error
        What is raised if no further attempt is made.
    wait_seconds
        What the service asked; null leaves it to us.
    """

    def __init__(self, error: FetchError, wait_seconds: float | None = None) -> None:
        self.error, self.wait_seconds = error, wait_seconds
        super().__init__(error)


def check_status(url: str, status: int, headers: Mapping[str, str]) -> None:
    """Refuse a status that is no success, for good or for now.

    Raises
    ------
    PassingError
        If the same request may succeed later.
    StatusError
        If it will not, or later than anyone would wait.
    """
    if 200 <= status < 300:
        return
    if status not in _PASSING:
        raise refusals.bad_status(url, status)
    wait = asked_wait_seconds(headers.get("Retry-After"))
    if wait is not None and wait > LONGEST_WAIT_SECONDS:
        raise refusals.asked_to_wait(url, status, wait)
    raise PassingError(refusals.bad_status(url, status), wait)


def asked_wait_seconds(header: str | None) -> float | None:
    """Read Retry-After, in seconds or as a date; null if absent or unreadable."""
    try:
        return max(0.0, urllib3.Retry().parse_retry_after(header)) if header else None
    except (urllib3.exceptions.InvalidHeader, ValueError, OverflowError):
        return None


def tried(attempt: Callable[[float], T], clock: Clock, attempts: int, most_seconds: float) -> T:
    """Repeat an attempt until it succeeds, fails for good, or time or number is spent.

    Parameters
    ----------
    attempt
        Given the moment of the clock by which it must have ended.
    clock
        How time passes.
    attempts
        How many in all, at least 1.
    most_seconds
        For all of them, waits included.

    Raises
    ------
    FetchError
        That of the last attempt.
    """
    ends = clock.now() + most_seconds
    failed = 0
    while True:
        try:
            return attempt(ends)
        except PassingError as passing:
            failed += 1
            backoff = _FIRST_WAIT_SECONDS * 2 ** (failed - 1) * _CHANCE.uniform(1, 1.5)
            wait = backoff if passing.wait_seconds is None else passing.wait_seconds
            if failed >= attempts or clock.now() + wait > ends:
                raise passing.error from passing.__cause__
        clock.sleep(wait)
