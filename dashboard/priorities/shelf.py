"""The grids that a table keeps on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from dashboard.shelves import Kept, Shelf
from geodata.grids import Grid, from_json
from geodata.text import Text

KeptGrid = Kept[Grid]

GRIDS: Final = Shelf[Grid](
    folder="grilles",
    aside="retirees",
    unnamed="grille",
    read=from_json,
    name_of=lambda grid: grid.name,
    hint=Text(
        "téléchargez le fichier de la grille, rien d'autre n'a changé",
        "download the file of the grid, nothing else has changed",
    ),
    gone=Text("Cette grille n'est plus là", "This grid is no longer there"),
    damaged=Text("Ce fichier de grille est illisible", "This grid file cannot be read"),
    take_a_copy=Text("reprenez-en une copie, ou retirez-la", "take a copy of it, or take it away"),
)


def rename(home: Path, grid: KeptGrid, name: str) -> Path:
    """Give a grid another name, its figures with it; the former file goes among those taken away.

    Raises
    ------
    OutputError
        If the disk refuses.
    SelectionError
        If someone else took it away, or its file was damaged since.
    """
    try:
        content = json.loads(GRIDS.text_of(grid.path))
    except ValueError as failure:
        raise GRIDS.unreadable(grid.path.name) from failure
    content["grid"]["name"] = name
    path = GRIDS.keep(home, name, json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1))
    if path != grid.path:
        GRIDS.take_away(grid)
    return path
