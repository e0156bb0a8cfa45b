"""The error of a siting question that cannot be put."""

from __future__ import annotations

from geodata.errors import ProximiteError


class SitingError(ProximiteError, ValueError):
    """A siting question contradicts itself, or is larger than what is solved here."""
