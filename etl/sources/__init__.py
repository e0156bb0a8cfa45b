"""One folder a source: what it declares and one pure function."""
