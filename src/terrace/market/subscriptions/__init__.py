"""What the market does on news from below."""
