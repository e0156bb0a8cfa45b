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
                f"{speed_unknown} segments sans vitesse ont pris celle de leur classe.",
                f"{speed_unknown} segments without a speed took that of their class.",
            )
        )
    if speed_wrong:
        said.append(
            Text(
                f"{speed_wrong} vitesses nulles, négatives ou impossibles ont été remplacées par celle de "
                "leur classe.",
                f"{speed_wrong} speeds that were zero, negative or impossible were replaced by that of their "
                "class.",
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
        f"{who.fr}, {share_fr}\u00a0% de la longueur se tient\u00a0; {part.apart_nodes} carrefours en sont "
        f"séparés et {part.one_way_nodes} n'y mènent ou n'en viennent que dans un sens.",
        f"{who.en}, {share:.1f}% of the length holds together; {part.apart_nodes} junctions are cut off "
        f"from it and {part.one_way_nodes} lead to it or come from it one way only.",
    )
