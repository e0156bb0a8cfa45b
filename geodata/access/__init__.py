"""Who can reach what: travel costs, measures of access, and need beside access."""
