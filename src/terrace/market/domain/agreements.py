"""What an agreement may say about the sharing of an order's money."""

USUAL_CONFIRM_DAYS = 7
"""After how many days from delivery an order counts as confirmed where no agreement says otherwise."""
MOST_CONFIRM_DAYS = 30
MOST_PERMILLE = 300
"""A platform that takes more than three tenths is a slip of the finger."""
