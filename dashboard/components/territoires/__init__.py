"""The parts of the page of territories."""
