"""The answers kept for writes that may be sent again."""

from django.db import models

from terrace.kernel.db import Timed


class KeptAnswer(Timed):
    """What a write with a key was answered. Written in the write's own transaction."""

    owner = models.CharField(max_length=200)
    key = models.CharField(max_length=64)
    request = models.CharField(max_length=64)
    standing = models.CharField(max_length=64, help_text="digest of what the actor might do then")
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="http_one_answer_per_key")]
        indexes = [models.Index(fields=["created_at"], name="http_kept_since")]

    def __str__(self) -> str:
        return f"{self.key} {self.status}"
