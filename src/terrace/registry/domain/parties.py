"""Who produces, buys and sells: kinds of party and what is personal about them. Pure rules."""

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


class Sex(Choice):
    """Sex of a household's member, as registers keep it."""

    FEMALE = "f", _("Female")
    MALE = "m", _("Male")
    UNSAID = "", _("Not said")
