"""What a table keeps on this machine: one file each, replaced whole, never erased."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Generic, TypeVar

from geodata.errors import ProximiteError, SelectionError
from geodata.folders import unwritable, write_text
from geodata.text import Text, slug

_SUFFIX: Final = ".json"
_LONGEST: Final = 60

Content = TypeVar("Content")


@dataclass(frozen=True)
class Kept(Generic[Content]):
    """A file on the shelf.

    Attributes
    ----------
    path
        The file.
    name
        What the table called it; the name of its file where nobody can tell.
    content
        What it holds; null where it cannot be read.
    problem
        Why it cannot be read.
    """

    path: Path
    name: str
    content: Content | None
    problem: ProximiteError | None = None


@dataclass(frozen=True)
class Shelf(Generic[Content]):
    """A folder of the data folder, with one file a thing that was kept.

    Attributes
    ----------
    folder
        Its name.
    aside
        Folder inside it of what was taken away or replaced, ready to come back.
    unnamed
        File of a thing whose name has no letter.
    read, name_of
        Read a whole file; give the name that the table gave.
    hint
        What to do when the disk refuses.
    gone, damaged, take_a_copy
        What is said of a file that is no longer there, of one that cannot be read, and what to do then.
    """

    folder: str
    aside: str
    unnamed: str
    read: Callable[[str], Content]
    name_of: Callable[[Content], str]
    hint: Text
    gone: Text
    damaged: Text
    take_a_copy: Text

    def kept(self, home: Path) -> list[Kept[Content]]:
        """List what is kept, by name; a damaged file is listed with what is wrong with it."""
        return sorted(self._read_all(home / self.folder), key=lambda one: slug(one.name))

    def taken_away(self, home: Path) -> list[Kept[Content]]:
        """List what was taken away or replaced, the latest first."""
        found = self._read_all(home / self.folder / self.aside)
        return sorted(found, key=lambda one: one.path.name, reverse=True)

    def keep(self, home: Path, name: str, written: str) -> Path:
        """Keep a thing under its name; an earlier one of the same name goes among those taken away.

        Parameters
        ----------
        home
            The data folder.
        name
            What the table calls it.
        written
            The whole JSON file.

        Raises
        ------
        OutputError
            If the disk refuses; what was there is still there.
        """
        stem = slug(name)[:_LONGEST].strip("-") or self.unnamed
        path = home / self.folder / f"{stem}{_SUFFIX}"
        try:
            if path.exists():
                write_text(self._free_aside(path), path.read_text("utf-8"))
            write_text(path, written)
        except OSError as failure:
            raise unwritable(path.parent, failure, self.hint) from failure
        return path

    def take_away(self, one: Kept[Content]) -> None:
        """Move a thing among those taken away, from where it can come back.

        Raises
        ------
        OutputError
            If the disk refuses; the thing is still there.
        SelectionError
            If someone else took it away already.
        """
        try:
            one.path.rename(self._free_aside(one.path))
        except FileNotFoundError as failure:
            raise self._no_longer_there(one.path) from failure
        except OSError as failure:
            raise unwritable(one.path.parent, failure, self.hint) from failure

    def bring_back(self, home: Path, one: Kept[Content]) -> Path:
        """Bring back a thing that was taken away; one that took its name since goes in its place.

        Raises
        ------
        OutputError
            If the disk refuses.
        SelectionError
            If someone else brought it back already.
        """
        path = self.keep(home, one.name, self.text_of(one.path))
        one.path.unlink(missing_ok=True)
        return path

    def text_of(self, path: Path) -> str:
        """Give a whole file.

        Raises
        ------
        SelectionError
            If it is no longer there, or is not text.
        """
        try:
            return path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as failure:
            raise self._no_longer_there(path) from failure

    def unreadable(self, name: str) -> SelectionError:
        """Say that a file cannot be read."""
        return SelectionError(self.damaged, where=name, hint=self.take_a_copy)

    def _read_all(self, folder: Path) -> Iterator[Kept[Content]]:
        for path in sorted(folder.glob(f"*{_SUFFIX}")):
            try:
                content = self.read(path.read_text("utf-8"))
            except ProximiteError as problem:
                yield Kept(path, path.stem, None, problem)
            except (OSError, UnicodeDecodeError):
                yield Kept(path, path.stem, None, self.unreadable(path.name))
            else:
                yield Kept(path, self.name_of(content), content)

    def _free_aside(self, path: Path) -> Path:
        folder = path.parent / self.aside
        folder.mkdir(exist_ok=True)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        return folder / f"{stamp}-{path.name}"

    def _no_longer_there(self, path: Path) -> SelectionError:
        return SelectionError(self.gone, where=path.name, hint=Text("rechargez la page", "reload the page"))
