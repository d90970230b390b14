"""Kinds of party, what posts may do with them, and the marks of a household."""

from terrace.kernel.words import Choice, _


class Permission(Choice):
    """What a post may allow about parties."""

    VIEW = "registry.view", _("See producers and buyers of the area")
    MANAGE = "registry.manage", _("Register and change producers and buyers")
    PERSONAL = "registry.personal", _("See personal data of households (each look is recorded)")
    BANK = "registry.bank", _("Enter and see bank accounts (each look is recorded)")
    ERASE = "registry.erase", _("Erase a person's data on request")


class Kind(Choice):
    """Kinds of party."""

    HOUSEHOLD = "household", _("Household")
    COOPERATIVE = "cooperative", _("Cooperative")
    ENTERPRISE = "enterprise", _("Enterprise")
    WORKSHOP = "workshop", _("Workshop")
    BUYER = "buyer", _("Buyer")

    @property
    def produces(self) -> bool:
        """Whether such a party offers goods of its own making."""
        return self is not Kind.BUYER

    @property
    def trades(self) -> bool:
        """Whether such a party looks for goods: shops, group-buy leaders, buyers."""
        return self is not Kind.HOUSEHOLD

    @property
    def is_person(self) -> bool:
        """Whether such a party may be a natural person, whose data can be erased on request."""
        return self in (Kind.HOUSEHOLD, Kind.BUYER)


class State(Choice):
    """What a list of parties is narrowed to."""

    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Inactive")
    ERASED = "erased", _("Erased")

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return {State.ACTIVE: "good", State.INACTIVE: "neutral", State.ERASED: "warn"}[self]


class Mark(Choice):
    """The marks of a household. All three are personal data; the value is the column that keeps it."""

    WOMEN_LED = "is_women_led", _("Led by a woman")
    LOW_INCOME = "is_low_income", _("Low income")
    DISABILITY = "has_disability", _("A member with a disability")


class Sex(Choice):
    """Sex of a household's member, as registers keep it."""

    FEMALE = "f", _("Female")
    MALE = "m", _("Male")
    UNSAID = "", _("Not said")
