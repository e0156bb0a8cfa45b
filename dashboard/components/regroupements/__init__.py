"""The part of the comparison that looks for territories standing together."""
