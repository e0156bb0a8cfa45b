"""What the page of methods says: how each figure is made, and what does not follow from it."""
