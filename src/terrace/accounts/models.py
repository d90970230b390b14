"""People, posts, invitations and tokens."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from terrace.kernel.db import PathField, Timed


class PersonManager(BaseUserManager["Person"]):
    """Finds people by their user name, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(username__iexact=username)


class Person(AbstractBaseUser, Timed):
    """Somebody who can sign in. `phone` is E.164; blank phone and e-mail are null so that they stay unique."""

    username = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, null=True, blank=True, unique=True)
    phone_verified = models.BooleanField(default=False)
    email = models.EmailField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    failed_sign_ins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[PersonManager] = PersonManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="accounts_one_username"),
            models.UniqueConstraint(Lower("email"), name="accounts_one_email"),
        ]

    def __str__(self) -> str:
        return self.name or self.username


class Post(Timed):
    """A role that a person holds at a unit, from a day to a day (inclusive). `acting_for` is the post of who is on leave."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("network.ServiceUnit", on_delete=models.PROTECT, related_name="+")
    area_path = PathField()
    role = models.CharField(max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    acting_for = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["person", "starts_on"], name="accounts_posts_of_person"),
            models.Index(fields=["area_path"], name="accounts_posts_by_area"),
            models.Index(fields=["unit"], name="accounts_posts_of_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="accounts_post_ends_after_start",
                violation_error_message="A post cannot end before it began.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.role}"


class Invitation(Timed):
    """A link that makes somebody a person with a post, or a party's representative. Only the secret's fingerprint is kept."""

    fingerprint = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    unit = models.ForeignKey("network.ServiceUnit", null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    party_id = models.BigIntegerField(null=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", help_text="whose way back in it is")
    area_path = PathField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["area_path", "-id"], name="accounts_invitations_by_area")]

    def __str__(self) -> str:
        return f"{self.name} {self.role}"


class ApiToken(Timed):
    """A token of another system or of a party: what it may do is listed, where is a subtree. Only its fingerprint is kept."""

    name = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8, help_text="first characters, to tell tokens apart")
    permissions = ArrayField(models.CharField(max_length=60), default=list)
    area_path = PathField(blank=True)
    party_id = models.BigIntegerField(null=True)
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} {self.hint}…"
