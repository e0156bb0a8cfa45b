"""What would change if a point of service opened, moved, closed or grew."""
