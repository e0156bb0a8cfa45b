"""What the page of scenarios chooses, keeps and says."""
