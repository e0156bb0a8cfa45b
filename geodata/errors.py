"""One tree of errors; each says what, where and what to do, in both languages."""

from __future__ import annotations

from geodata.text import Language, Text


class ProximiteError(Exception):
    """Base of every error that a person may read.

    Parameters
    ----------
    what
        What went wrong, a clause without a final period.
    where
        File, row, column or address; the same in both languages.
    hint
        What to do next, a clause without a final period.
    """

    def __init__(self, what: Text, *, where: str = "", hint: Text) -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(self.sentence("fr"))

    def sentence(self, language: Language) -> str:
        """Give the one sentence that a person reads."""
        colon = "\u00a0: " if language == "fr" else ": "
        place = f" ({self.where})" if self.where else ""
        return f"{self.what.in_language(language)}{place}{colon}{self.hint.in_language(language)}."

    def bilingual(self) -> str:
        """Give both sentences, French first, for a terminal."""
        return f"{self.sentence('fr')}\n{self.sentence('en')}"


class SourceFileError(ProximiteError, ValueError):
    """A source file is missing, unreadable or not what its publisher documents."""


class SourceNotFoundError(SourceFileError, FileNotFoundError):
    """A declared source file is not in the mirror."""


class ColumnError(SourceFileError):
    """A required column is absent or was renamed."""


class CellError(SourceFileError):
    """One cell holds something that its column does not allow."""


class CrsError(SourceFileError):
    """Coordinates are not in the declared reference system."""


class JoinError(ProximiteError, ValueError):
    """A key is duplicated, unknown, or joins more than once."""


class ConservationError(ProximiteError, ArithmeticError):
    """A total changed on the way up: people were lost or counted twice."""


class DeclarationError(ProximiteError, ValueError):
    """A ``source.toml`` is incomplete or contradicts itself."""


class PackageError(ProximiteError, ValueError):
    """A data package cannot be read."""


class PackageSchemaError(PackageError):
    """A data package was written by another version of the schema."""


class OutputError(ProximiteError, OSError):
    """The destination cannot be written."""


class SelectionError(ProximiteError, KeyError):
    """A link or a request names something that the package does not hold."""

    def __str__(self) -> str:
        return self.sentence("fr")


class PortError(ProximiteError, OSError):
    """The dashboard's port is taken."""


class FetchError(ProximiteError, ConnectionError):
    """A service did not answer, or answered something else than what it documents."""


class AddressError(FetchError):
    """An address is refused: not http(s), or of a private network."""


class DriftError(ProximiteError, ValueError):
    """New data differ from the last too much to be published without a person's word."""


class BusyError(ProximiteError, BlockingIOError):
    """Another refresh is at work in the same data folder."""


class HistoryError(ProximiteError, LookupError):
    """The package asked for is not in the history."""


class ListingError(ProximiteError, ValueError):
    """A listing cannot be read at all; a wrong row of a readable one is a problem in its report."""
