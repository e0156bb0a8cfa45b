"""Charts, drawn by Altair."""
