"""Reading notices, and the messages that wait to be sent."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.messaging.domain import KEPT_FOR, MOST_TRIES, Channel
from terrace.messaging.models import Notice, OutgoingMessage


def visible_to(actor: Actor) -> QuerySet[Notice]:
    """Return the actor's own notices: nobody reads another's."""
    return Notice.objects.filter(person_id=actor.person_id) if actor.person_id else Notice.objects.none()


def get_notice(actor: Actor, notice_id: int) -> Notice:
    """Return one of the actor's notices, or raise `NotFound`."""
    notice = visible_to(actor).filter(pk=notice_id).first()
    if notice is None:
        raise NotFound
    return notice


def count_unread(person_id: int) -> int:
    """Return how many notices the person has not opened."""
    return Notice.objects.filter(person_id=person_id, read_at__isnull=True).count()


def has_way_out(channel: Channel) -> bool:
    """Say whether messages by `channel` leave the house: elsewhere than in production also as files."""
    url = {Channel.SMS: settings.ENV.sms_url, Channel.EMAIL: settings.ENV.email_url}.get(channel, "")
    return bool(url) or not settings.PRODUCTION


def old_messages(now: datetime) -> QuerySet[OutgoingMessage]:
    """Return the messages that nobody looks for any more: sent, or given up, `KEPT_FOR` before `now`."""
    before = now - KEPT_FOR
    given_up = Q(sent_at__isnull=True, tries__gte=MOST_TRIES, due_at__lt=before)
    return OutgoingMessage.objects.filter(Q(sent_at__lt=before) | given_up)


def due_messages(now: datetime) -> QuerySet[OutgoingMessage]:
    """Return the messages that may be tried at `now`, the oldest first."""
    waiting = OutgoingMessage.objects.filter(sent_at__isnull=True, due_at__lte=now, tries__lt=MOST_TRIES)
    return waiting.order_by("due_at", "id")
