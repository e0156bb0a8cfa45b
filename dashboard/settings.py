"""What an operator may set, by environment variables or on the command line."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from geodata.package import EMBEDDED


class Settings(BaseSettings):
    """Settings of the dashboard; each is read from ``PROXIMITE_<NAME>``.

    Attributes
    ----------
    package
        Folder of the data package to show; the one that comes with the program where none is given.
    basemap_url
        Address of the tiles of a ground map, with ``{z}``, ``{x}`` and ``{y}``; none by default, since it
        would tell another site where people look.
    basemap_attribution
        Credit that the ground map asks for.
    """

    model_config = SettingsConfigDict(env_prefix="PROXIMITE_")

    package: Path = Field(default=EMBEDDED)
    basemap_url: str = ""
    basemap_attribution: str = ""

    @property
    def basemap_origin(self) -> str:
        """The one other site that the page may then ask for images; empty without a ground map."""
        parts = urlsplit(self.basemap_url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def settings() -> Settings:
    """Read the settings now; a changed variable counts at the next call."""
    return Settings()
