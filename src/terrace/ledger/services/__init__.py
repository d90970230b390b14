"""Acts: the only writers."""
