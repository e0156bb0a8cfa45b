"""From open sources to a data package."""
