"""The page of methods, part by part."""
