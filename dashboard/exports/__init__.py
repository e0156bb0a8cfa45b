"""Files that a person takes away."""
