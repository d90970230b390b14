"""What the REST interface of logistics takes and says, one file for each noun."""
