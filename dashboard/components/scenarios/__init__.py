"""The page of scenarios, part by part."""
