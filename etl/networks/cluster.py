"""Solve the chunks of a search on the workers of a Dask cluster."""

from __future__ import annotations

import gc
import logging
import queue
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from geodata.errors import ProximiteError
from geodata.networks.solving import Chunk, ChunkResult, Payload, solve_chunk
from geodata.text import Text

_LOOK_SECONDS: Final = 0.25
_ANSWER_SECONDS: Final = 2.0
"""A scheduler that is there answers in milliseconds."""

_AHEAD_PER_THREAD: Final = 2
"""Chunks sent ahead to each thread: none waits for us, and few results wait in the workers' memory."""

_MOST_TRIES: Final = 5
"""Workers that one chunk may lose before it is the chunk that is held at fault."""


class ClusterError(ProximiteError, ConnectionError):
    """The cluster does not answer, or can no longer work."""


class DaskRunner:
    """A ``geodata.networks.solving.Runner`` over a Dask scheduler.

    The payload is sent once to every worker. A chunk whose worker dies goes to another one. Where the
    scheduler or the last worker goes away, what was solved has been given, ``stopped`` says why the rest
    was not, and the iteration ends without an exception: the caller marks the rest as not computed.

    Parameters
    ----------
    address
        ``tcp://host:port`` of the scheduler.
    connect_seconds
        How long to wait for the scheduler to answer, and for a first worker.
    patience_seconds
        How long to wait for either to come back on the way.

    Attributes
    ----------
    stopped
        Why the last run did not solve everything; null where it did.
    """

    def __init__(
        self, address: str, *, connect_seconds: float = 10.0, patience_seconds: float = 10.0
    ) -> None:
        self.address = address
        self.connect_seconds, self.patience_seconds = connect_seconds, patience_seconds
        self.stopped: ClusterError | None = None

    def __call__(self, payload: Payload, chunks: Sequence[Chunk]) -> Iterator[ChunkResult]:
        """Give results in the order in which they come.

        Raises
        ------
        ClusterError
            If the scheduler does not answer or has no worker: nothing was begun.
        """
        self.stopped = None
        if not chunks:
            return
        with _client(self.address, self.connect_seconds) as client:
            _wait_for_workers(client, self.address, self.connect_seconds)
            try:
                yield from _Run(client, payload, self.address, self.patience_seconds).results(chunks)
            except ClusterError as failure:
                self.stopped = failure


class _Run:
    """One payload on one cluster: what is on its way, and what came back."""

    def __init__(self, client: Any, payload: Payload, address: str, patience_seconds: float) -> None:
        self._client, self._payload = client, payload
        self._address, self._patience_seconds = address, patience_seconds
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._away: dict[Any, Chunk] = {}
        self._tries: dict[int, int] = {}
        self._sent: Any = None

    def results(self, chunks: Sequence[Chunk]) -> Iterator[ChunkResult]:
        waiting = deque(chunks)
        silent_since = time.monotonic()
        while waiting or self._away:
            self._send(waiting)
            try:
                future = self._done.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                if self._is_alive():
                    silent_since = time.monotonic()
                elif time.monotonic() - silent_since > self._patience_seconds:
                    raise _gone(self._address) from None
                continue
            silent_since = time.monotonic()
            chunk = self._away.pop(future)
            result = self._taken(future, chunk)
            if result is None:
                waiting.append(chunk)
            else:
                yield result

    def _send(self, waiting: deque[Chunk]) -> None:
        """Keep each thread of the cluster busy, with little ahead."""
        if not waiting or self._client.status != "running":
            return
        try:
            threads = self._threads()
            if threads and (self._sent is None or self._sent.status != "finished"):
                self._sent = self._client.scatter(self._payload, broadcast=True, hash=False)
            while waiting and len(self._away) < threads * _AHEAD_PER_THREAD:
                future = self._client.submit(solve_chunk, self._sent, waiting[0], pure=False)
                self._away[future] = waiting.popleft()
                future.add_done_callback(self._done.put)
        except (OSError, TimeoutError):  # the connection fell: whoever waits will tell
            return

    def _taken(self, future: Any, chunk: Chunk) -> ChunkResult | None:
        """Give what a chunk came to, or null where it has to be sent again."""
        status = future.status
        try:
            if status == "finished":
                result: ChunkResult = future.result(timeout=self._patience_seconds)
                return result
            if status == "error":
                raise future.exception(timeout=self._patience_seconds)
        except ModuleNotFoundError as failure:
            raise _not_installed(self._address, failure) from failure
        except Exception as failure:
            if not _is_loss(failure):
                raise
        if self._client.status == "running":
            self._tries[chunk.number] = self._tries.get(chunk.number, 0) + 1
            if self._tries[chunk.number] >= _MOST_TRIES:
                raise _gone(self._address)
        return None

    def _is_alive(self) -> bool:
        if self._client.status != "running":
            return False
        try:
            return self._threads() > 0
        except (OSError, TimeoutError):
            return False

    def _threads(self) -> int:
        """Count the threads of the cluster; unlike ``Client.nthreads``, never waits for a reconnection."""
        answer = self._client.sync(self._client.scheduler.ncores, callback_timeout=_ANSWER_SECONDS)
        return sum(answer.values())


def _is_loss(failure: Exception) -> bool:
    """Say whether a chunk failed because a worker or the connection went away, not by itself."""
    from distributed import CancelledError, KilledWorker
    from distributed.client import FutureCancelledError

    return isinstance(failure, CancelledError | FutureCancelledError | KilledWorker | OSError | TimeoutError)


@contextmanager
def _client(address: str, connect_seconds: float) -> Iterator[Any]:
    """Connect to a scheduler."""
    with _in_silence():
        client = _connected(address, connect_seconds)
        if client is None:
            # Dask stops a half-made client when it is collected, under a lock that the start of another
            # one holds: collected by chance at that moment, neither would ever end.
            gc.collect()
            raise _absent(address)
        try:
            yield client
        finally:
            with suppress(OSError, TimeoutError):
                client.close(timeout=_ANSWER_SECONDS)


def _connected(address: str, connect_seconds: float) -> Any:
    """Give a client, or null where no scheduler answers."""
    from distributed import Client

    connect: Any = Client
    try:
        return connect(address, timeout=connect_seconds, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError):
        return None


@contextmanager
def _in_silence() -> Iterator[None]:
    """Keep Dask's own log off the terminal: what goes wrong is told in our sentence."""
    import distributed.client  # noqa: F401 - its loggers are made, and set to talk, at the first import

    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]
    levels = {logging.getLogger(name): logging.getLogger(name).level for name in names}
    try:
        for logger in levels:
            logger.setLevel(logging.CRITICAL + 1)
        yield
    finally:
        for logger, level in levels.items():
            logger.setLevel(level)


def _wait_for_workers(client: Any, address: str, connect_seconds: float) -> None:
    try:
        client.wait_for_workers(1, timeout=connect_seconds)
    except (OSError, TimeoutError) as failure:
        raise ClusterError(
            Text("L'ordonnanceur Dask n'a aucun ouvrier", "The Dask scheduler has no worker"),
            where=address,
            hint=Text(
                f"lancez au moins un ouvrier («\u00a0dask worker {address}\u00a0»), "
                "ou retirez «\u00a0--scheduler\u00a0»",
                f"start at least one worker (“dask worker {address}”), or leave “--scheduler” out",
            ),
        ) from failure


def _absent(address: str) -> ClusterError:
    return ClusterError(
        Text(
            "Aucun ordonnanceur Dask ne répond à cette adresse", "No Dask scheduler answers at this address"
        ),
        where=address,
        hint=Text(
            "vérifiez l'adresse (tcp://hôte:port), lancez «\u00a0dask scheduler\u00a0», "
            "ou retirez «\u00a0--scheduler\u00a0»",
            "check the address (tcp://host:port), start “dask scheduler”, or leave “--scheduler” out",
        ),
    )


def _gone(address: str) -> ClusterError:
    return ClusterError(
        Text(
            "La grappe Dask s'est arrêtée avant la fin\u00a0; ce qui était calculé est gardé",
            "The Dask cluster stopped before the end; what was computed is kept",
        ),
        where=address,
        hint=Text(
            "relancez la grappe, puis la même commande\u00a0: elle reprend où elle s'est arrêtée",
            "start the cluster again, then the same command: it goes on from where it stopped",
        ),
    )


def _not_installed(address: str, failure: ModuleNotFoundError) -> ClusterError:
    return ClusterError(
        Text(
            f"Les ouvriers de la grappe n'ont pas le module {failure.name}",
            f"The workers of the cluster lack the module {failure.name}",
        ),
        where=address,
        hint=Text(
            "installez Proximité, de la même version, sur chaque machine de la grappe",
            "install Proximité, of the same version, on each machine of the cluster",
        ),
    )
