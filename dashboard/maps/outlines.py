"""Which coarser level gives one's bearings on a map of a finer one."""

from __future__ import annotations

from typing import Final

from geodata.model import Level

OUTLINES: Final[dict[Level, Level]] = {
    Level.MRC: Level.REGION,
    Level.RTS: Level.RSS,
    Level.RLS: Level.RSS,
    Level.CLSC: Level.RSS,
    Level.MUNICIPALITY: Level.MRC,
    Level.ARRONDISSEMENT: Level.MRC,
    Level.QUARTIER: Level.MRC,
    Level.TABLE: Level.MRC,
    Level.CT: Level.MRC,
    Level.DA: Level.MRC,
    Level.CUSTOM: Level.MRC,
}
"""The coarser level whose borders and names are drawn over each level."""
