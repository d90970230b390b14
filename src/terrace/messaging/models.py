"""Notices and the messages that went out for them."""

from django.db import models

from terrace.kernel.db import Timed, choice_check
from terrace.messaging.domain import Channel, Topic


class Notice(Timed):
    """A notice in somebody's list. `url` is where the thing it tells of can be seen."""

    person_id = models.BigIntegerField()
    topic = models.CharField(max_length=20, choices=Topic.choices())
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "-id"], name="messaging_by_person"),
            models.Index(fields=["person_id"], condition=models.Q(read_at__isnull=True), name="messaging_unread"),
        ]
        constraints = [choice_check("topic", Topic, "messaging_notice_topic")]

    def __str__(self) -> str:
        return self.title


class OutgoingMessage(Timed):
    """An SMS or e-mail to send once, by a job.

    `due_at` is when it may be tried next: it moves on as a try begins, so no two
    processes try at once. `problem` says why the last try failed. `text` is
    dropped once the message is gone.
    """

    channel = models.CharField(max_length=10, choices=Channel.choices())
    address = models.CharField(max_length=200)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(sent_at__isnull=True), name="messaging_to_send"),
        ]
        constraints = [choice_check("channel", [Channel.SMS, Channel.EMAIL], "messaging_message_channel")]

    def __str__(self) -> str:
        return f"{self.channel} {self.subject or self.text[:40]}"
