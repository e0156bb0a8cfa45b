"""How each publisher serves its data: one module a kind of service."""
