"""What would change if a point of service opened, moved, closed or grew."""

from __future__ import annotations

from geodata.scenarios.applying import Applied, apply
from geodata.scenarios.before_after import at_level, before_after
from geodata.scenarios.candidates import Candidates, candidates
from geodata.scenarios.change import CLOSURE_SENTENCE, Change
from geodata.scenarios.edits import Add, Close, Edit, Move, Resize
from geodata.scenarios.errors import ScenarioError
from geodata.scenarios.files import Difference, Saved, from_json, to_json
from geodata.scenarios.proposing import Stated, state, with_answer
from geodata.scenarios.replaying import Replayed, replay
from geodata.scenarios.scenario import (
    Answer,
    CandidateKind,
    Fairness,
    IndicatorNeed,
    Opened,
    Proposal,
    Scenario,
    require_valid,
)
from geodata.scenarios.solving import propose

__all__ = [
    "CLOSURE_SENTENCE",
    "Add",
    "Answer",
    "Applied",
    "CandidateKind",
    "Candidates",
    "Change",
    "Close",
    "Difference",
    "Edit",
    "Fairness",
    "IndicatorNeed",
    "Move",
    "Opened",
    "Proposal",
    "Replayed",
    "Resize",
    "Saved",
    "Scenario",
    "ScenarioError",
    "Stated",
    "apply",
    "at_level",
    "before_after",
    "candidates",
    "from_json",
    "propose",
    "replay",
    "require_valid",
    "state",
    "to_json",
    "with_answer",
]
