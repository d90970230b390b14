"""The template tags that every page may use without loading them."""
