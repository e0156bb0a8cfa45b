"""Commands of the analyst, one file a subject."""
