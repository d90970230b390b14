"""Reading notices."""

from django.db.models import QuerySet

from terrace.messaging.models import Notice


def notices_of(person_id: int) -> QuerySet[Notice]:
    """Return the person's notices, newest first."""
    return Notice.objects.filter(person_id=person_id).order_by("-id")


def count_unread(person_id: int) -> int:
    """Return how many notices the person has not opened."""
    return Notice.objects.filter(person_id=person_id, read_at__isnull=True).count()
