"""What an operator may set, by environment variables or on the command line."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from etl.history import current_path
from etl.settings import settings as data_settings


def _current_package() -> Path:
    return current_path(data_settings().home)


class Settings(BaseSettings):
    """Settings of the dashboard; each is read from ``PROXIMITE_<NAME>``.

    Attributes
    ----------
    package
        Folder of the data package to show; where none is given, the current one of the data folder, else
        the one that comes with the program.
    basemap_url
        Address of the tiles of a ground map, with ``{z}``, ``{x}`` and ``{y}``; none by default, since it
        would tell another site where people look.
    basemap_attribution
        Credit that the ground map asks for.
    upkeep
        Whether visitors may refresh, import, review and roll back; off on a server open to everyone.
    """

    model_config = SettingsConfigDict(env_prefix="PROXIMITE_")

    package: Path = Field(default_factory=_current_package)
    basemap_url: str = ""
    basemap_attribution: str = ""
    upkeep: bool = True

    @property
    def basemap_origin(self) -> str:
        """The one other site that the page may then ask for images; empty without a ground map."""
        parts = urlsplit(self.basemap_url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def settings() -> Settings:
    """Read the settings now; a changed variable counts at the next call."""
    return Settings()
