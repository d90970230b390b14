"""Kinds of party, what posts may do with them, and the marks of a household."""

from collections.abc import Mapping

from terrace.kernel.words import Choice, Text, _


class Permission(Choice):
    """What a post may allow about parties."""

    VIEW = "registry.view", _("See producers and buyers of the area")
    MANAGE = "registry.manage", _("Register and change producers and buyers")
    PERSONAL = "registry.personal", _("See personal data of households (each look is recorded)")
    BANK = "registry.bank", _("Enter and see bank accounts (each look is recorded)")
    ERASE = "registry.erase", _("Erase a person's data on request")


ACTS: Mapping[str, Text] = {
    "registry.register_party": _("registered a producer or buyer"),
    "registry.change_party": _("changed a producer or buyer"),
    "registry.deactivate_party": _("let a producer or buyer rest"),
    "registry.reactivate_party": _("let a producer or buyer take part again"),
    "registry.look_at_personal": _("looked at personal data"),
    "registry.look_for_mark": _("listed households by a mark"),
    "registry.export_contacts": _("took a list with phone numbers away as a file"),
    "registry.list_contacts": _("read a list with phone numbers by a program"),
    "registry.read_contact": _("read a person's phone number by a program"),
    "registry.set_marks": _("set the marks of a household"),
    "registry.set_trace_name": _("set what buyers may read of a household's name"),
    "registry.add_member": _("added a member of a household"),
    "registry.change_member": _("changed a member of a household"),
    "registry.remove_member": _("removed a member of a household"),
    "registry.join_cooperative": _("recorded that a member joined"),
    "registry.leave_cooperative": _("recorded that a member left"),
    "registry.add_representative": _("let somebody speak for a producer or buyer"),
    "registry.remove_representative": _("ended that somebody speaks for a producer or buyer"),
    "registry.set_account": _("entered a bank account"),
    "registry.look_at_account": _("looked at a bank account's number"),
    "registry.look_at_accounts": _("took account numbers away for payouts"),
    "registry.close_account": _("closed a bank account"),
    "registry.import_parties": _("imported a file of producers and buyers"),
    "registry.refuse_import": _("sent a file of producers and buyers of which nothing was taken"),
    "registry.restart_import": _("started an import again"),
    "registry.reseal_accounts": _("sealed bank accounts by a new key"),
    "registry.export_data": _("handed out everything held about a producer or buyer"),
    "registry.ask_erasure": _("asked to be erased"),
    "registry.withdraw_erasure": _("took back the request to be erased"),
    "registry.erase_party": _("erased a person's data"),
}
"""What the record of acts calls what people did here."""


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


class TraceName(Choice):
    """What the public page of a household's goods may say of who grew them. Nothing, until the household says more."""

    NOTHING = "nothing", _("Nothing, only the village")
    SURNAME = "surname", _("The surname")
    FULL = "full", _("The full name")


class Sex(Choice):
    """Sex of a household's member, as registers keep it."""

    FEMALE = "f", _("Female")
    MALE = "m", _("Male")
    UNSAID = "", _("Not said")
