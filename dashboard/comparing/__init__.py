"""What the page of comparison computes: pure tables and words, no widget."""
