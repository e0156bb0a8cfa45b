"""Childcare centres and daycares, as the ministry of Families lists them."""
