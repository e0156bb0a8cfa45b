"""Parts of the page of comparison."""
