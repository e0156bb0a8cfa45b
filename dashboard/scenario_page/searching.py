"""A search for places that goes on while the page is read: one thread, watched and stopped from the page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from threading import BoundedSemaphore, Event, Thread
from typing import Final, Generic, TypeVar

from geodata.errors import ProximiteError
from geodata.siting.solution import Progress, Watch

AT_ONCE: Final = 2
"""Searches at work in one process; the others wait for their turn."""

_TURN_SECONDS: Final = 0.2
_turns = BoundedSemaphore(AT_ONCE)
_Found = TypeVar("_Found")
_log = logging.getLogger(__name__)


class Stage(StrEnum):
    """How far a search is."""

    WAITING = "waiting"
    SEARCHING = "searching"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(eq=False)
class Search(Generic[_Found]):
    """A search, from its start to its answer.

    Attributes
    ----------
    stage
        How far it is.
    progress
        The last word of the solver; null before.
    found
        Its answer once ``DONE``.
    problem
        What stopped it once ``FAILED``; null where it is the program's own fault.
    """

    cancel: Event = field(default_factory=Event)
    stage: Stage = Stage.WAITING
    progress: Progress | None = None
    found: _Found | None = None
    problem: ProximiteError | None = None

    @property
    def at_work(self) -> bool:
        """Whether an answer is still to come."""
        return self.stage in {Stage.WAITING, Stage.SEARCHING}

    def stop(self) -> None:
        """Ask it to stop; a solver that had begun gives the best answer found so far."""
        self.cancel.set()


def start(solve: Callable[[Watch], _Found], seconds: float) -> Search[_Found]:
    """Start a search, and come back at once.

    Parameters
    ----------
    solve
        Called in a thread of its own with the watch that it has to obey.
    seconds
        Longest time; a visit that ends leaves nothing running after it.
    """
    search: Search[_Found] = Search()
    Thread(target=_run, args=(search, solve, seconds), name="siting", daemon=True).start()
    return search


def _run(search: Search[_Found], solve: Callable[[Watch], _Found], seconds: float) -> None:
    while not _turns.acquire(timeout=_TURN_SECONDS):
        if search.cancel.is_set():
            search.stage = Stage.STOPPED
            return
    try:
        search.stage = Stage.SEARCHING
        watch = Watch(time_limit_s=seconds, progress=lambda p: _note(search, p), cancel=search.cancel)
        search.found = solve(watch)
        search.stage = Stage.DONE
    except ProximiteError as problem:
        search.problem = problem
        search.stage = Stage.FAILED
    except Exception:
        # A thread has no page to tell: the log keeps the trace, the page says one calm sentence.
        _log.exception("a search for places failed")
        search.stage = Stage.FAILED
    finally:
        _turns.release()


def _note(search: Search[_Found], progress: Progress) -> None:
    search.progress = progress
