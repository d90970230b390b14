"""Parties, households and their members, memberships, representatives, bank accounts, imports of files."""

from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from terrace.kernel.db import PathField, Timed, Versioned, choice_check
from terrace.registry.domain import SLOW, ImportState, Kind, Sex, State, TraceName


def _just(column: str) -> Func:
    """Return the range that holds the id of `column` alone."""
    return Func(column, column, Value("[]"), function="int8range")


class Party(Versioned, Timed):
    """A household, cooperative, enterprise, workshop or buyer. `phone` is E.164.

    An erased party keeps its number only, by constraint. Written out it is its
    number, not its name: the record of acts keeps that text for ever, and a
    name in it could not be erased.
    """

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices())
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120, blank=True, help_text="the name without case, width, spaces and signs")
    search = models.TextField(blank=True, help_text="name, reading, initials and number in lower case")
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    area = models.ForeignKey("network.Area", on_delete=models.PROTECT, related_name="+")
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")
    address = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    erasure_asked_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["area_path", "kind"], name="registry_party_by_area"),
            models.Index(fields=["area", "name_key"], name="registry_party_by_name"),
            models.Index(fields=["phone"], name="registry_party_by_phone"),
        ]
        constraints = [
            choice_check("kind", Kind, "registry_party_kind"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(name=F("number"), name_key="", phone="", email="", address="", is_active=False),
                name="registry_erased_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state(self) -> State:
        """Whether it takes part, rests, or is erased."""
        if self.erased_at:
            return State.ERASED
        return State.ACTIVE if self.is_active else State.INACTIVE


class Household(models.Model):
    """What is particular to a household. The three marks are personal data.

    `shown_on_trace` is what the public page of its goods may say of its name: nothing, until it says more.
    """

    party = models.OneToOneField(Party, primary_key=True, on_delete=models.CASCADE, related_name="household")
    is_women_led = models.BooleanField(default=False)
    is_low_income = models.BooleanField(default=False)
    has_disability = models.BooleanField(default=False)
    shown_on_trace = models.CharField(
        max_length=10, choices=TraceName.choices(), default=TraceName.NOTHING.value, db_default=TraceName.NOTHING.value
    )

    class Meta:
        constraints = [choice_check("shown_on_trace", TraceName, "registry_household_on_trace")]

    def __str__(self) -> str:
        return str(self.party)


class HouseholdMember(models.Model):
    """A person of a household: personal data. No identity number is kept, on purpose."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="members")
    name = models.CharField(max_length=120)
    sex = models.CharField(max_length=1, choices=Sex.choices(), blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    has_disability = models.BooleanField(default=False)

    class Meta:
        constraints = [
            choice_check("sex", Sex, "registry_member_sex"),
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True) | Q(birth_year__range=(1900, 2100)), name="registry_birth_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id}/{self.pk}"


class Membership(Timed):
    """A party's membership of a cooperative, from a day to a day. Who left may join again on the day of leaving."""

    cooperative = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cooperative", "member"], condition=Q(left_on__isnull=True), name="registry_member_once"
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")), name="registry_leaves_after_joining"
            ),
            # The ids as ranges of one: so a plain GiST index compares them, without an extension.
            ExclusionConstraint(
                name="registry_member_once_at_a_time",
                expressions=[
                    (_just("cooperative_id"), RangeOperators.OVERLAPS),
                    (_just("member_id"), RangeOperators.OVERLAPS),
                    (Func("joined_on", "left_on", function="daterange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Two memberships of one party in one cooperative cannot overlap.",
            ),
            models.CheckConstraint(condition=~Q(cooperative=F("member")), name="registry_no_member_of_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.member} / {self.cooperative}"


class Representative(Timed):
    """A person who signs in and speaks for a party."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "person"], name="registry_represents_once")]

    def __str__(self) -> str:
        return f"{self.person} / {self.party}"


class BankAccount(Timed):
    """Where a party's money goes. The number is sealed by a key outside the database; `last4` is what pages show.

    `key_id` names the key that sealed it, so that a change of keys knows what is left to do.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    bank = models.CharField(max_length=120)
    holder = models.CharField(max_length=120)
    sealed_number = models.BinaryField()
    key_id = models.CharField(max_length=8, db_index=True)
    last4 = models.CharField(max_length=4)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party"], condition=Q(closed_at__isnull=True), name="registry_one_open_account"
            )
        ]

    def __str__(self) -> str:
        return f"{self.bank} ••••{self.last4}"


class ImportRun(Timed):
    """A file of parties that somebody sent: how far it is, what it changed, which rows were not taken and why.

    The file stays until the run is over, the refused rows until they are
    forgotten (`services.forget_imports`): both hold personal data.
    """

    number = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    area_path = PathField(help_text="where the sender was at work")
    language = models.CharField(max_length=10)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField(null=True)
    takes_good_rows = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=ImportState.choices(), default=ImportState.WAITING.value)
    total = models.PositiveIntegerField(default=0)
    checked = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    bad_count = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, help_text="[{sheet, row, column, reason}]")
    bad_rows = models.JSONField(default=list, help_text="[{sheet, number, values}]")
    tried_at = models.DateTimeField(null=True, help_text="when it was last started again")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="registry_imports_of_person")]
        constraints = [choice_check("state", ImportState, "registry_import_state")]

    def __str__(self) -> str:
        return self.number

    def may_restart(self, now: datetime) -> bool:
        """Whether it failed, or is so slow that something may have stopped it."""
        state = ImportState(self.state)
        return state is ImportState.FAILED or (not state.is_over and now - (self.tried_at or self.created_at) > SLOW)
