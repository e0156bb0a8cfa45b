"""Bring beside a source's own files those that it reads of another source."""

from __future__ import annotations

import importlib
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from etl.fetch import Retrieved
from etl.live import FetchContext, LiveFiles
from etl.settings import settings
from geodata.errors import SourceNotFoundError
from geodata.text import Text


def borrow(context: FetchContext, owner: str, path: str) -> tuple[Retrieved, ...]:
    """Write a file that another source declares into the folder of this fetch.

    A source is read from one folder that holds all its files. What it only reads, such as the outlines in
    which points must fall, is taken from the mirror where there is one, else fetched by its owner's client.

    Parameters
    ----------
    context
        The fetch under way; its folder gets the file, unless it is there already.
    owner
        Source that declares the file.
    path
        As declared, ``qc_mrc/mrc_104_digital.parquet``.

    Returns
    -------
    tuple of Retrieved
        What was downloaded for it; empty where it came from the mirror.

    Raises
    ------
    FetchError, SourceFileError
        From the client of the owner.
    SourceNotFoundError
        If the owner has no client, and there is no mirror with the file.
    """
    target = context.folder / path
    if target.is_file():
        return ()
    target.parent.mkdir(parents=True, exist_ok=True)
    mirror = settings().mirror
    if mirror is not None and (mirror / path).is_file():
        _place(mirror / path, target)
        return ()
    with tempfile.TemporaryDirectory(dir=context.folder, prefix=".emprunt-") as folder:
        given = _fetch(replace(context, folder=Path(folder)), owner, path)
        _place(Path(folder) / path, target)
    return given.retrieved


def _fetch(context: FetchContext, owner: str, path: str) -> LiveFiles:
    try:
        client = importlib.import_module(f"etl.sources.{owner}.live")
    except ModuleNotFoundError as failure:
        raise SourceNotFoundError(
            Text(
                f"Ce fichier appartient à la source « {owner} », qui ne s'actualise pas d'elle-même",
                f"This file belongs to source “{owner}”, which cannot be fetched",
            ),
            where=path,
            hint=Text(
                "donnez le dossier qui le contient par PROXIMITE_MIRROR",
                "give the folder that holds it by PROXIMITE_MIRROR",
            ),
        ) from failure
    given: LiveFiles = client.fetch(context)
    return given


def _place(source: Path, target: Path) -> None:
    beside = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, beside)
    beside.replace(target)
