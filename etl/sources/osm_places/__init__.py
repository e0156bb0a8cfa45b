"""Community places drawn in OpenStreetMap, kept apart."""
