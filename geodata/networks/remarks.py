"""What a person should know of a network, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from geodata.access.facts import Mode
from geodata.networks.cleaning import Parts
from geodata.text import Text

FREE_FLOW: Final = Text(
    "En voiture, la vitesse est la limite permise\u00a0: ni feux, ni congestion, ni interdictions de "
    "tourner, ni stationnement\u00a0; les temps sont des minimums.",
    "By car, the speed is the legal limit: no lights, congestion, turn restrictions or parking; "
    "times are the least possible.",
)
_MODES: Final = {Mode.WALK: Text("À pied", "On foot"), Mode.DRIVE: Text("En voiture", "By car")}


def remarks(speed_unknown: int, speed_wrong: int, parts: Mapping[Mode, Parts]) -> tuple[Text, ...]:
    """Tell what was replaced, and how the network holds together."""
    said = []
    if speed_unknown:
        said.append(
            Text(
                f"Segments sans vitesse, qui ont pris celle de leur classe\u00a0: {speed_unknown}.",
                f"Segments without a speed, which took that of their class: {speed_unknown}.",
            )
        )
    if speed_wrong:
        said.append(
            Text(
                "Vitesses nulles, négatives ou impossibles, remplacées par celle de la classe\u00a0: "
                f"{speed_wrong}.",
                "Speeds that were zero, negative or impossible, replaced by that of the class: "
                f"{speed_wrong}.",
            )
        )
    return (*said, *(_whole(mode, part) for mode, part in parts.items()))


def _whole(mode: Mode, part: Parts) -> Text:
    share = 100 * part.main_length_share
    share_fr = f"{share:.1f}".replace(".", ",")
    who = _MODES[mode]
    if part.count == 1:
        return Text(f"{who.fr}, tout le réseau se tient.", f"{who.en}, the whole network holds together.")
    return Text(
        f"{who.fr}, {share_fr}\u00a0% de la longueur se tient\u00a0; carrefours qui en sont séparés\u00a0: "
        f"{part.apart_nodes}\u00a0; qui y mènent ou en viennent dans un seul sens\u00a0: "
        f"{part.one_way_nodes}.",
        f"{who.en}, {share:.1f}% of the length holds together; junctions cut off from it: "
        f"{part.apart_nodes}; that lead to it or come from it one way only: {part.one_way_nodes}.",
    )
