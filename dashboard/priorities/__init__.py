"""Priorities that a table sets in the room: what it chose, what comes of it, in words; no widget."""
