"""Where a service would reach the most people, or leave nobody too far."""

from geodata.siting.center import least_farthest
from geodata.siting.covering import cover_all, cover_most
from geodata.siting.errors import SitingError
from geodata.siting.fairness import fairest
from geodata.siting.instance import Instance
from geodata.siting.median import least_minutes
from geodata.siting.solution import Problem, Progress, Solution, SolveStatus, Watch
from geodata.siting.solving import greedy, solve

__all__ = [
    "Instance",
    "Problem",
    "Progress",
    "SitingError",
    "Solution",
    "SolveStatus",
    "Watch",
    "cover_all",
    "cover_most",
    "fairest",
    "greedy",
    "least_farthest",
    "least_minutes",
    "solve",
]
