"""Parts of the portrait's page."""
