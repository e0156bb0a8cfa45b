"""Bring the codes of the health ministry's and the municipal directories to our identifiers."""

from __future__ import annotations

import pandas as pd


def mrc_id(code: pd.Series) -> pd.Series:
    """Turn the three-figure MRC code of M02 and MAMH into ours: ``660`` is ``mrc:66``, ``371`` stays.

    No MRC has a three-figure code of its own that ends in 0, so the padding can be taken off.
    """
    bare = code.str.replace(r"^(\d{2})0$", r"\1", regex=True)
    return ("mrc:" + bare).where(code.notna())


def municipality_id(code: pd.Series) -> pd.Series:
    """Turn a five-figure Québec municipal code into ours: ``66023`` is ``municipality:2466023``."""
    return ("municipality:24" + code).where(code.notna())


def territory_id(level: str, code: pd.Series) -> pd.Series:
    """Write a code that is already padded as ``level:code``."""
    return (f"{level}:" + code).where(code.notna())
