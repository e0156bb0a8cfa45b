"""What the page of access chooses, keeps and says."""
