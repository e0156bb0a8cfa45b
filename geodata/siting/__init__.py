"""Where a service would reach the most people, or leave nobody too far."""
