"""Telling people."""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import override
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.words import Text
from terrace.messaging import queries
from terrace.messaging.domain import MOST_TRIES, Channel, Recipient, Topic, local, wait_after
from terrace.messaging.gateways import Gateway, NotDelivered, gateway_for
from terrace.messaging.models import Notice, OutgoingMessage

SEND_JOB = "messaging.send_messages"


@transaction.atomic
def notify(
    *,
    to: Iterable[Recipient],
    topic: Topic,
    title: Text,
    text: Text = "",
    url: str = "",
    channels: Iterable[Channel] = (Channel.APP,),
    instead: bool = False,
    now: datetime | None = None,
) -> None:
    """Tell people of something, each once and in their own language when `title` and `text` are lazy.

    The notices stand at once; SMS and e-mail are sent by a job after the commit
    to who has a phone number or an address, where this installation has a way out
    for them. With `instead` it stands for what they have not read yet about the
    same page: who was away finds one line, the latest. Raises `ForeignAddress` when `url`
    is no path of this site.
    """
    local(url)
    wanted = set(channels)
    recipients = list({recipient.person_id: recipient for recipient in to}.values())
    notices, messages = [], []
    for one in recipients:
        with override(one.language or settings.LANGUAGE_CODE):
            if Channel.APP in wanted:
                notices.append(_notice(one, topic, str(title), str(text), url))
            messages += [
                _message(channel, one.address(channel), str(title), str(text), now or clock.now())
                for channel in sorted(wanted - {Channel.APP})
                if one.address(channel)
            ]
    if instead:
        unread = Notice.objects.filter(read_at=None, topic=topic.value, url=url)
        unread.filter(person_id__in=[one.person_id for one in recipients]).delete()
    Notice.objects.bulk_create(notices)
    _send_soon(messages)


def take_back(*, person_ids: Collection[int], url: str) -> None:
    """Take back what people were told about a page that is not for them any more, read or not."""
    Notice.objects.filter(person_id__in=list(person_ids), url=url).delete()


@transaction.atomic
def send(*, channel: Channel, address: str, subject: Text, text: Text, now: datetime | None = None) -> None:
    """Send one message to an address, by the job after the commit, where this installation has a way out for it."""
    _send_soon([_message(channel, address, str(subject), str(text), now or clock.now())])


@transaction.atomic
def mark_read(*, by: Actor, notice_id: int, now: datetime | None = None) -> Notice:
    """Mark one of the actor's notices as read and return it; a second time changes nothing. Raises `NotFound`."""
    notice = queries.get_notice(by, notice_id)
    if notice.read_at is None:
        notice.read_at = now or clock.now()
        notice.save(update_fields=["read_at"])
    return notice


@transaction.atomic
def mark_all_read(*, by: Actor, now: datetime | None = None) -> int:
    """Mark all of the actor's notices as read; return how many were not."""
    return queries.visible_to(by).filter(read_at__isnull=True).update(read_at=now or clock.now())


@transaction.atomic
def mark_read_about(*, by: Actor, url: str, now: datetime | None = None) -> int:
    """Mark the actor's notices that lead to `url` as read: it has been seen to there. Return how many were not."""
    return queries.visible_to(by).filter(url=url, read_at__isnull=True).update(read_at=now or clock.now())


def forget(*, person_id: int | None = None, addresses: Iterable[str] = ()) -> None:
    """Delete the notices of somebody whose data is erased, and every message to their addresses, sent or not."""
    if person_id is not None:
        Notice.objects.filter(person_id=person_id).delete()
    OutgoingMessage.objects.filter(address__in={address for address in addresses if address}).delete()


def drop_old_messages(*, now: datetime) -> int:
    """Delete messages that were sent or given up a while ago, and with them addresses; return how many."""
    return queries.old_messages(now).delete()[0]


def send_waiting(*, now: datetime, gateway: Callable[[Channel], Gateway] = gateway_for) -> int:
    """Try every message that is due at `now`, once; return how many were sent."""
    ids = list(queries.due_messages(now).values_list("pk", flat=True))
    return sum(_try(message_id, gateway, now) for message_id in ids)


def _try(message_id: int, gateway: Callable[[Channel], Gateway], now: datetime) -> bool:
    """Claim the message for one try, send it outside any transaction, and note how that went.

    The claim counts the try and moves `due_at` on, so another process passes
    the message by; should this one die halfway, the message is due again later.
    Then it may arrive twice: no gateway can promise less.
    """
    message = _claim(message_id, now)
    if message is None:
        return False
    try:
        gateway(Channel(message.channel)).send(message)
    except NotDelivered as problem:
        OutgoingMessage.objects.filter(pk=message_id).update(problem=str(problem)[:200])
        return False
    OutgoingMessage.objects.filter(pk=message_id).update(sent_at=now, problem="", text="")
    return True


def _claim(message_id: int, now: datetime) -> OutgoingMessage | None:
    with transaction.atomic():
        message = OutgoingMessage.objects.select_for_update(skip_locked=True).filter(pk=message_id).first()
        if message is None or message.sent_at or message.due_at > now or message.tries >= MOST_TRIES:
            return None
        OutgoingMessage.objects.filter(pk=message_id).update(
            tries=F("tries") + 1, due_at=now + wait_after(message.tries + 1)
        )
        return message


def _notice(to: Recipient, topic: Topic, title: str, text: str, url: str) -> Notice:
    return Notice(person_id=to.person_id, topic=topic, title=title[:200], text=text, url=url)


def _message(channel: Channel, address: str, title: str, text: str, due_at: datetime) -> OutgoingMessage:
    whole = text or title if channel is Channel.EMAIL else "\n".join(part for part in (title, text) if part)
    return OutgoingMessage(channel=channel, address=address, subject=title[:200], text=whole, due_at=due_at)


def _send_soon(messages: list[OutgoingMessage]) -> None:
    leaving = [message for message in messages if queries.has_way_out(Channel(message.channel))]
    if leaving:
        OutgoingMessage.objects.bulk_create(leaving)
        transaction.on_commit(_enqueue)


def _enqueue() -> None:
    """Ask for the job, unless one waits already: it will find these messages too."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(SEND_JOB, queueing_lock=SEND_JOB).defer()
