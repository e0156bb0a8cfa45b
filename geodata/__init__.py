"""The domain of Proximité: territories, statistics and services, without page or network."""
