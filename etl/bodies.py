"""A body as it comes: decompressed, and bounded in size, in time and in slowness."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from urllib3 import BaseHTTPResponse

from etl import refusals
from etl.answers import HEAD_BYTES, Kind, check_kind
from etl.retrying import Clock

_READ_BYTES: Final = 1 << 16
_INFLATE_BYTES: Final = 1 << 16
_DRIP_AFTER_SECONDS: Final = 60.0
_DRIP_BYTES_PER_SECOND: Final = 1_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a body is taken, and until when.

    Attributes
    ----------
    most_bytes
        Cap, decompressed.
    ends
        Moment of the clock.
    start
        Bytes that were received before, and count.
    """

    most_bytes: int
    ends: float
    start: int = 0


def pieces_of(raw: BaseHTTPResponse, url: str, limits: Limits, clock: Clock) -> Iterator[bytes]:
    """Give a body piece by piece.

    Parameters
    ----------
    raw
        The answer, of which only the headers were read.
    url
        For the message.
    limits, clock
        What it may take.

    Raises
    ------
    ContentError
        If it is too large or does not decompress.
    FetchError
        If it comes too slowly: less than 1 kB a second after a minute, or not ended in time.
    """
    began, received = clock.now(), limits.start
    # Reads return as soon as a byte comes, but one inside a length line may not: the watch ends it.
    watch = threading.Timer(max(0.0, limits.ends - began), raw.shutdown)
    watch.daemon = True
    watch.start()
    try:
        for piece in inflate(_read(raw, url, limits.ends, clock), raw.headers.get("Content-Encoding", "")):
            received += len(piece)
            if received > limits.most_bytes:
                raise refusals.too_large(url, limits.most_bytes)
            if piece:
                yield piece
    except zlib.error as error:
        raise refusals.undecodable(url) from error
    finally:
        watch.cancel()
    if clock.now() > limits.ends:
        raise refusals.too_slow(url)


def _read(raw: BaseHTTPResponse, url: str, ends: float, clock: Clock) -> Iterator[bytes]:
    began, received = clock.now(), 0
    while piece := raw.read1(_READ_BYTES, decode_content=False):
        yield piece
        received += len(piece)
        took = clock.now() - began
        slow = took > _DRIP_AFTER_SECONDS and received < took * _DRIP_BYTES_PER_SECOND
        if slow or began + took > ends:
            raise refusals.too_slow(url)


def checked(pieces: Iterator[bytes], url: str, expect: Kind, content_type: str) -> Iterator[bytes]:
    """Give a body piece by piece once its first bytes are of the kind expected; see :func:`check_kind`."""
    head = bytearray()
    for piece in pieces:
        head += piece
        if len(head) >= HEAD_BYTES:
            break
    check_kind(url, expect, content_type, bytes(head[:HEAD_BYTES]))
    yield bytes(head)
    yield from pieces


def inflate(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Decompress a body piece by piece; a piece is never more than 64 kB however much it was squeezed.

    Parameters
    ----------
    chunks
        As received.
    encoding
        The Content-Encoding header: gzip, deflate, identity or empty.

    Yields
    ------
    bytes
        Possibly empty, so that the caller keeps control whatever the body holds.

    Raises
    ------
    zlib.error
        If it does not decompress, ends too early, or is in another encoding.
    """
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        yield from chunks
        return
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise zlib.error(f"unknown encoding {encoding}")
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)  # 32: gzip or zlib, as its header says
    for chunk in chunks:
        waiting = chunk
        while waiting:
            if decoder.eof:
                decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)
            yield decoder.decompress(waiting, _INFLATE_BYTES)
            waiting = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
    while not decoder.eof and (rest := decoder.decompress(decoder.unconsumed_tail, _INFLATE_BYTES)):
        yield rest
    if not decoder.eof:
        raise zlib.error("cut before its end")
