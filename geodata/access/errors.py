"""What a cost, a demand, a supply or a threshold may be refused for."""

from __future__ import annotations

from geodata.errors import ProximiteError


class AccessError(ProximiteError, ValueError):
    """Costs, people, capacities or thresholds from which access cannot be measured."""
