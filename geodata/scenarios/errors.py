"""What is wrong with a scenario, in one sentence."""

from __future__ import annotations

from geodata.errors import ProximiteError


class ScenarioError(ProximiteError, ValueError):
    """A scenario cannot be applied, or its file cannot be read."""
