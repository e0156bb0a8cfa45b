"""Schools of Québec, as the education ministry locates them."""
