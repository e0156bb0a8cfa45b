"""The dashboard: pages that read a data package, in French and in English."""
