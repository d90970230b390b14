"""The cache that all web processes share is a table; entries that nobody asks for again are swept out."""

from datetime import datetime

from terrace.http.models import SharedEntry


def forget_expired(*, now: datetime) -> int:
    """Delete the entries that are over; return how many. The cache itself does so only when it is full."""
    return SharedEntry.objects.filter(expires__lt=now).delete()[0]
