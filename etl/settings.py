"""What an operator may set for fetching and keeping data, by environment variables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of the pipeline; each is read from ``PROXIMITE_<NAME>``.

    Attributes
    ----------
    home
        Folder that holds what is written at run time: fetched files, packages, listings, history.
    mirror
        Folder of open data files already at hand, one sub-folder a source; read, never written.
    relay
        Base address through which every source is asked, for a closed network:
        ``https://host/path`` becomes ``<relay>/host/path``. Empty asks each host itself.
    contact
        Written in the User-Agent, so that a publisher can reach the people who run this.
    airs_xsd
        The AIRS 4.0 schema, where the operator has it; the one beside a file is found by itself.
    hidden_communities
        Identifiers of the territories of communities that asked not to be shown, separated by commas;
        their layer is then on no page and in no export.
    """

    model_config = SettingsConfigDict(env_prefix="PROXIMITE_", env_ignore_empty=True)

    home: Path = Field(default_factory=lambda: user_data_path("proximite", appauthor=False))
    mirror: Path | None = None
    relay: str = ""
    contact: str = ""
    airs_xsd: Path | None = None
    hidden_communities: Annotated[frozenset[str], NoDecode] = frozenset()

    @field_validator("hidden_communities", mode="before")
    @classmethod
    def _separate(cls, value: object) -> object:
        """Read a list as an environment variable holds it."""
        if not isinstance(value, str):
            return value
        return frozenset(part for part in value.replace(",", " ").split() if part)


def settings() -> Settings:
    """Read the settings now; a changed variable counts at the next call."""
    return Settings()
