"""Fetch the Open Database of Healthcare Facilities, version 1.1, and keep Québec."""

from __future__ import annotations

from etl.clients.open_database import ODHF_V1_URL, fetch_odhf, read_odhf_v1
from etl.live import FetchContext, LiveFiles


def fetch(context: FetchContext) -> LiveFiles:
    """Write the declared file; raises as ``fetch_odhf``."""
    return fetch_odhf(context, "statcan_odhf_v1_1", ODHF_V1_URL, read_odhf_v1)
