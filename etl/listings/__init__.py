"""Listings of organisations, services and places, in whatever shape they come."""
