"""The scenarios that a table keeps on this machine."""

from __future__ import annotations

from typing import Final

from dashboard.shelves import Kept, Shelf
from geodata.scenarios.files import Saved, from_json
from geodata.text import Text

KeptScenario = Kept[Saved]

SCENARIOS: Final = Shelf[Saved](
    folder="scenarios",
    aside="retires",
    unnamed="scenario",
    read=from_json,
    name_of=lambda saved: saved.scenario.name,
    hint=Text(
        "téléchargez le fichier du scénario, rien d'autre n'a changé",
        "download the file of the scenario, nothing else has changed",
    ),
    gone=Text("Ce scénario n'est plus là", "This scenario is no longer there"),
    damaged=Text("Ce fichier de scénario est illisible", "This scenario file cannot be read"),
    take_a_copy=Text("reprenez-en une copie, ou retirez-le", "take a copy of it, or take it away"),
)
