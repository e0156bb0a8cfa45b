"""What can be wrong with a network, its file, or what is asked of it."""

from __future__ import annotations

from geodata.errors import ProximiteError, SourceFileError


class NetworkError(ProximiteError, ValueError):
    """A network cannot be built, or cannot answer what is asked."""


class NetworkFileError(SourceFileError):
    """A file of roads is cut short, empty, or not what its name says."""


class NetworkNotFoundError(NetworkError, LookupError):
    """No network of that identifier is kept."""


class TooManyPairsError(NetworkError):
    """The costs asked for would not hold in memory."""
