"""Measures of what a person waits for."""
