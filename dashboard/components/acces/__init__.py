"""The page of access, part by part."""
