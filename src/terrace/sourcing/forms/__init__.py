"""What the pages of sourcing ask for."""
