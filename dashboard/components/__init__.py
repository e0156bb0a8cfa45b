"""Pieces of a page: filters, search box, card, table, provenance."""
