"""What a refresh did, for the terminal, the page and the progress file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.checks import CheckResult
from etl.diff import PackageDiff
from etl.taking import SourceOutcome


@dataclass(frozen=True)
class RefreshReport:
    """What a refresh did.

    Attributes
    ----------
    published
        Whether a new package is current.
    package, package_id
        The current package after it.
    sources
        What became of every source.
    difference
        From the former package to this one; null where nothing was published.
    checks
        Those of the new package; empty where nothing was built.
    """

    published: bool
    package: Path
    package_id: str
    sources: tuple[SourceOutcome, ...]
    difference: PackageDiff | None = None
    checks: tuple[CheckResult, ...] = ()

    @property
    def refused(self) -> tuple[SourceOutcome, ...]:
        """Sources too different, which wait for a person."""
        return tuple(outcome for outcome in self.sources if outcome.state == "refused")

    @property
    def failed(self) -> tuple[SourceOutcome, ...]:
        """Sources that could not be taken."""
        return tuple(outcome for outcome in self.sources if outcome.state == "failed")

    def as_dict(self) -> dict[str, Any]:
        """Write the form that ``--json`` prints and that the progress file keeps."""
        return {
            "ok": not (self.refused or self.failed),
            "published": self.published,
            "package": str(self.package),
            "package_id": self.package_id,
            "sources": [outcome.as_dict() for outcome in self.sources],
            "difference": self.difference.as_dict() if self.difference else None,
            "checks": [check.as_dict() for check in self.checks],
        }
