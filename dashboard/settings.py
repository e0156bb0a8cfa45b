"""What an operator may set, by environment variables or on the command line."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from geodata.package import EMBEDDED


class Settings(BaseSettings):
    """Settings of the dashboard; each is read from ``PROXIMITE_<NAME>``.

    Attributes
    ----------
    package
        Folder of the data package to show; the one that comes with the program where none is given.
    """

    model_config = SettingsConfigDict(env_prefix="PROXIMITE_")

    package: Path = Field(default=EMBEDDED)


def settings() -> Settings:
    """Read the settings now; a changed variable counts at the next call."""
    return Settings()
