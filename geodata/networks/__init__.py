"""Roads and lines as graphs, and the minutes along them."""
