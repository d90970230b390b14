"""People, posts, invitations and tokens."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from terrace.kernel.db import PathField, Timed


class PersonManager(BaseUserManager["Person"]):
    """Finds people by their user name, whatever the case it was typed in."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Return who has the user name; raise `Person.DoesNotExist` when nobody has it."""
        return self.get(username=(username or "").lower())


class Person(AbstractBaseUser, Timed):
    """Somebody who can sign in.

    `phone` is E.164; user name and e-mail are kept in small letters, so that
    each is found by one look at its index; blank phone and e-mail are null so
    that they stay unique. `area_path` is where the person belongs when no post
    says so: the place of the unit or party of the first invitation.

    Written out by number: how a row is written out stays in the record of acts
    for ever, and the name must not.
    """

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, null=True, blank=True, unique=True)
    proven_phone = models.CharField(max_length=20, blank=True, help_text="the number that the person has shown to hold")
    email = models.EmailField(null=True, blank=True, unique=True)
    language = models.CharField(max_length=10, blank=True)
    area_path = PathField(blank=True)
    is_active = models.BooleanField(default=True)
    failed_sign_ins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[PersonManager] = PersonManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        indexes = [models.Index(fields=["area_path"], name="accounts_people_by_area")]
        constraints = [
            models.CheckConstraint(condition=Q(username=Lower("username")), name="accounts_username_in_small_letters"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="accounts_email_in_small_letters"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def holds_phone(self) -> bool:
        """Whether the person has shown to hold the phone that they sign in by."""
        return bool(self.phone) and self.phone == self.proven_phone


class Post(Timed):
    """A role that a person holds at a unit, from a day to a day (inclusive).

    `acting_for` is the post of who is on leave. A post taken away on its
    first day ends on the day before: it was held on no day.
    """

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
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on") - timedelta(days=1)),
                name="accounts_post_ends_after_start",
                violation_error_message="A post cannot end before it began.",
            ),
            models.CheckConstraint(
                condition=Q(acting_for__isnull=True) | Q(ends_on__isnull=False),
                name="accounts_acting_has_an_end",
                violation_error_message="Acting for somebody has an end.",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.person_id}"


class Invitation(Timed):
    """A link that makes somebody a person with a post, or a party's representative, or lets a person back in.

    Only the secret's fingerprint is kept. `person` is whose way back in it is;
    `resets_factors` says that it also takes away that person's second factors.
    """

    fingerprint = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    unit = models.ForeignKey("network.ServiceUnit", null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    party_id = models.BigIntegerField(null=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    resets_factors = models.BooleanField(default=False)
    area_path = PathField()
    invited_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["area_path", "-id"], name="accounts_invitations_by_area")]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, party_id__isnull=True, person__isnull=True)
                | Q(unit__isnull=True, party_id__isnull=False, person__isnull=True)
                | Q(unit__isnull=True, party_id__isnull=True, person__isnull=False),
                name="accounts_invitation_has_one_purpose",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ContactLink(Timed):
    """A link that was sent to a phone or an e-mail address: who opens it holds that address.

    Only the secret's fingerprint is kept, one link for each address, and the row goes with its use.
    """

    fingerprint = models.CharField(max_length=64, unique=True)
    contact = models.CharField(max_length=254, unique=True, help_text="E.164, or an e-mail address in small letters")
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="accounts_contact_links_over")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def phone(self) -> str:
        """The phone that it went to, "" for an e-mail address."""
        return "" if "@" in self.contact else self.contact

    @property
    def email(self) -> str:
        """The e-mail address that it went to, "" for a phone."""
        return self.contact if "@" in self.contact else ""


class ApiToken(Timed):
    """A token of another system or of a party: what it may do is listed, where is a subtree.

    Only its fingerprint is kept. `name` is what its issuer calls it, often by
    somebody's name, and goes with them. So it is written out by number: how a row
    is written out stays in the record of acts for ever.
    """

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

    class Meta:
        indexes = [models.Index(fields=["area_path", "-id"], name="accounts_tokens_by_area")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.hint}…"

    @property
    def called(self) -> str:
        """What people call it: as it is written out once the name was erased."""
        return self.name or str(self)
