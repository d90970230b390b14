"""The answers kept for writes that may be sent again, and what all web processes count together."""

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


class SharedEntry(models.Model):
    """An entry of the cache that all web processes share: how often an address tried to sign in, which codes were used.

    The columns are those that Django's cache on a database table expects; it
    alone writes them. As a model, the table is made by a migration.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
