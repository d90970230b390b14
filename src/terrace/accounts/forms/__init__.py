"""What the pages about people ask for."""
