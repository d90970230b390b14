"""What the REST interface accepts and answers."""
