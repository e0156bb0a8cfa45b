"""Files that people bring: written in the data folder under a name of our own, read, never run."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import listings_shelf as shelf

_CHUNK_BYTES: Final = 1 << 20


def kept(home: Path, uploaded: UploadedFile) -> Path:
    """Write an uploaded file, and give where it is.

    Raises
    ------
    OutputError
        If the data folder cannot be written.
    """
    path = shelf.incoming(home, uploaded.name)
    uploaded.seek(0)
    try:
        with path.open("wb") as stream:
            while chunk := uploaded.read(_CHUNK_BYTES):
                stream.write(chunk)
    except OSError as failure:
        remove(path)
        raise shelf.unwritable(path, failure) from failure
    return path


def remove(path: Path) -> None:
    """Take away a file that arrived, with its folder."""
    shutil.rmtree(path.parent, ignore_errors=True)
