"""Parties, households and their members, memberships, representatives, bank accounts."""

from django.db import models
from django.db.models import F, Q

from terrace.kernel.db import PathField, Timed, Versioned, choice_check
from terrace.registry.domain import Kind, Sex


class Party(Versioned, Timed):
    """A household, cooperative, enterprise, workshop or buyer. `phone` is E.164; an erased party keeps its number only."""

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices())
    name = models.CharField(max_length=120)
    search = models.TextField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    area = models.ForeignKey("network.Area", on_delete=models.PROTECT, related_name="+")
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")
    address = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["area_path", "kind"], name="registry_party_by_area"),
            models.Index(fields=["phone"], name="registry_party_by_phone"),
        ]
        constraints = [choice_check("kind", Kind, "registry_party_kind")]

    def __str__(self) -> str:
        return self.name


class Household(models.Model):
    """What is particular to a household. The three marks are personal data."""

    party = models.OneToOneField(Party, primary_key=True, on_delete=models.CASCADE, related_name="household")
    is_women_led = models.BooleanField(default=False)
    is_low_income = models.BooleanField(default=False)
    has_disability = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.party)


class HouseholdMember(models.Model):
    """A person of a household: personal data. No identity number is kept, on purpose."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="members")
    name = models.CharField(max_length=120)
    sex = models.CharField(max_length=1, choices=Sex.choices(), blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    has_disability = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Membership(Timed):
    """A party's membership of a cooperative, from a day to a day."""

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
    """Where a party's money goes. The number is encrypted by a key outside the database; `last4` is what pages show."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    bank = models.CharField(max_length=120)
    holder = models.CharField(max_length=120)
    sealed_number = models.BinaryField()
    last4 = models.CharField(max_length=4)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party"], condition=Q(closed_at__isnull=True), name="registry_one_open_account")
        ]

    def __str__(self) -> str:
        return f"{self.bank} ••••{self.last4}"
