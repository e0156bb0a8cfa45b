"""Whether two figures differ by more than their errors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from geodata.uncertainty import require_errors


class Verdict(StrEnum):
    """What a difference between two figures allows to say."""

    BEYOND_ERROR = "beyond_error"
    WITHIN_ERROR = "within_error"
    UNKNOWN = "unknown"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % half-width, in one unit.

    Attributes
    ----------
    value
        Null (``None`` or NaN) where there is none.
    moe_95
        0 where the figure is exact; null where its error is not published.

    Raises
    ------
    ValueError
        If the half-width is negative or infinite.
    """

    value: float | None
    moe_95: float | None

    def __post_init__(self) -> None:
        """Refuse what is no error."""
        require_errors(math.nan if self.moe_95 is None else self.moe_95)


@dataclass(frozen=True, slots=True)
class Difference:
    """The first figure less the second.

    Attributes
    ----------
    value
        Null where either is missing.
    moe_95
        95 % half-width of the difference; null where either error is not known.
    verdict
        ``beyond_error`` where the difference is larger than its half-width.
    """

    value: float | None
    moe_95: float | None
    verdict: Verdict


def difference(a: Estimate, b: Estimate) -> Difference:
    """Subtract two figures of different territories or periods and weigh the result against its error.

    The two errors are taken as independent: ``moe = √(moe_a² + moe_b²)``. Where one territory contains
    the other, for a share ``f`` of it, the true error is that of ``(1 − f)·(a − rest)``, never larger: the
    verdict is then on the side of prudence, and never claims a difference that the error cannot support.

    Parameters
    ----------
    a, b
        In the same unit.
    """
    first, second = _number(a.value), _number(b.value)
    if first is None or second is None:
        return Difference(None, None, Verdict.MISSING)
    gap = first - second
    errors = _number(a.moe_95), _number(b.moe_95)
    if errors[0] is None or errors[1] is None:
        return Difference(gap, None, Verdict.UNKNOWN)
    moe = math.hypot(errors[0], errors[1])
    return Difference(gap, moe, Verdict.BEYOND_ERROR if abs(gap) > moe else Verdict.WITHIN_ERROR)


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)
