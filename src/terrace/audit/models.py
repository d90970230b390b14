"""The append-only record of acts."""

from django.db import models

from terrace.audit.domain import Via, label_of
from terrace.kernel.db import PathField, choice_check, never_changed
from terrace.kernel.words import Text


class Act(models.Model):
    """Somebody did something to something. No foreign keys: it outlives what it tells of.

    `details` holds what changed in plain values, never personal data that the
    subject itself protects. `person_id` is who did it, or who issued the token
    that did.
    """

    at = models.DateTimeField()
    act = models.CharField(max_length=60)
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=120)
    via = models.CharField(max_length=20)
    subject = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    label = models.CharField(max_length=200, blank=True)
    area_path = PathField(blank=True)
    details = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["area_path", "-id"], name="audit_by_area"),
            models.Index(fields=["subject", "subject_id", "-id"], name="audit_by_subject"),
            models.Index(fields=["person_id", "-id"], name="audit_by_person"),
        ]
        constraints = [choice_check("via", Via, "audit_act_via")]
        triggers = never_changed("append_only")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.person_name} {self.act} {self.label}"

    @property
    def title(self) -> Text:
        """What people call the act."""
        return label_of(self.act)

    @property
    def text(self) -> str:
        """What it was done to, as it was recorded: `queries.names_of_subjects` knows what it is called today."""
        return self.label

    @property
    def who(self) -> str:
        """Who did it, in the reader's words where it was the system."""
        return str(Via.SYSTEM.label) if self.via == Via.SYSTEM else self.person_name
