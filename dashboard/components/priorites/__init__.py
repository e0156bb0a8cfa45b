"""The page of priorities, part by part."""
