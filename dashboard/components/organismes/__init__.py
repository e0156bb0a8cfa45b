"""The parts of the page of organisations."""
