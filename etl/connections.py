"""How a host is joined: within a time, and where it must be public, at the very address that was checked."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from http.client import HTTPException
from typing import Any, Final

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from etl.addresses import is_public

Pools = dict[str, type[HTTPConnectionPool]]
"""The pool of connections for each scheme."""

_LONGEST_HEADERS_SECONDS: Final = 300.0


class PrivateHostError(Exception):
    """The name leads to an address that is not public; not an OSError, or urllib3 would keep it."""


class _WatchedConnection(HTTPConnection):
    """A connection whose headers, however slowly they drip, come within the read timeout."""

    def getresponse(self) -> Any:
        seconds = self.timeout if isinstance(self.timeout, int | float) else _LONGEST_HEADERS_SECONDS
        late = threading.Event()
        watch = threading.Timer(seconds, self._cut, [late])
        watch.daemon = True
        watch.start()
        try:
            response = super().getresponse()
        except (HTTPException, OSError) as error:
            if late.is_set():
                raise TimeoutError("no whole headers in time") from error
            raise
        finally:
            watch.cancel()
        if late.is_set():  # headers that were cut pass for ended ones
            raise TimeoutError("no whole headers in time")
        return response

    def _cut(self, late: threading.Event) -> None:
        late.set()
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


class _WatchedTlsConnection(_WatchedConnection, HTTPSConnection):
    """The same over TLS."""


class _PublicConnection(_WatchedConnection):
    """A connection that resolves a name once, and goes to the very addresses that it checked."""

    def _new_conn(self) -> socket.socket:
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise NameResolutionError(self.host, self, socket.gaierror(str(error))) from error
        if not all(is_public(str(address[4][0])) for address in found):
            raise PrivateHostError
        failure: OSError = OSError("no address")
        for family, kind, protocol, _, address in found:
            try:
                return _connected(socket.socket(family, kind, protocol), address, self.timeout)
            except OSError as error:
                failure = error
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, "timed out") from failure
        raise NewConnectionError(self, str(failure)) from failure


class _PublicTlsConnection(_PublicConnection, HTTPSConnection):
    """The same over TLS; the certificate is checked against the name."""


def _connected(opened: socket.socket, address: Any, timeout: Any) -> socket.socket:
    try:
        opened.settimeout(timeout if isinstance(timeout, int | float) else None)
        opened.connect(address)
        if not is_public(str(opened.getpeername()[0])):
            raise PrivateHostError
    except BaseException:
        opened.close()
        raise
    return opened


class _Pool(HTTPConnectionPool):
    ConnectionCls = _WatchedConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTlsConnection


class _PublicPool(HTTPConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicTlsPool(HTTPSConnectionPool):
    ConnectionCls = _PublicTlsConnection


POOLS: Final[Pools] = {"http": _Pool, "https": _TlsPool}
PUBLIC_POOLS: Final[Pools] = {"http": _PublicPool, "https": _PublicTlsPool}
