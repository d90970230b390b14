"""What is personal about a household: its marks and its members. Every look is recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid, NotFound
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.words import _
from terrace.network import queries as network
from terrace.registry.domain import Kind, Mark, Permission, Sex, TraceName
from terrace.registry.models import Household, HouseholdMember, Party
from terrace.registry.services.parties import clean_text, lock_alive, marks_as_columns, refuse_erased

OLDEST = 1900
MOST_MEMBERS = 30


@dataclass(frozen=True, slots=True)
class Personal:
    """The personal data of a household."""

    marks: frozenset[Mark]
    members: tuple[HouseholdMember, ...]


@dataclass(frozen=True, slots=True)
class MemberGiven:
    """What is kept of a member of a household: no identity number, and no more of a birthday than its year."""

    name: str
    sex: Sex = Sex.UNSAID
    birth_year: int | None = None
    has_disability: bool = False


@transaction.atomic
def look_at_personal(*, by: Actor, party: Party, purpose: str = "", now: datetime | None = None) -> Personal:
    """Return a household's marks and members, and record that the actor saw them.

    Raises `Forbidden` unless the actor's task needs them or it is its own household.
    """
    by.require(Permission.PERSONAL, party.area_path, or_own=party.pk)
    refuse_identity_number(purpose, field="purpose")
    household = _household(party)
    audit.record(
        by=by, act="registry.look_at_personal", subject=party, area_path=party.area_path,
        details={"purpose": purpose} if purpose else {}, now=now,
    )  # fmt: skip
    return personal_of(household)


@transaction.atomic
def look_for_mark(*, by: Actor, mark: Mark, now: datetime | None = None) -> list[str]:
    """Record that the actor listed households by a mark; return the area paths where it may.

    One act for each of the areas, so that everybody above each can read it.
    Raises `Forbidden` when the actor may nowhere.
    """
    paths = by.paths(Permission.PERSONAL)
    if not paths:
        by.require(Permission.PERSONAL, "")
    for area in (network.ancestors(path or network.root_path())[-1] for path in paths):
        audit.record(
            by=by,
            act="registry.look_for_mark",
            subject=area,
            area_path=area.path,
            details={"mark": mark.value},
            now=now,
        )
    return list(paths)


@transaction.atomic
def set_marks(*, by: Actor, party: Party, version: int, marks: Iterable[Mark], now: datetime | None = None) -> Party:
    """Set a household's marks to exactly `marks`; the act tells that they were set, never which."""
    by.require(Permission.PERSONAL, party.area_path)
    refuse_erased(party)
    household = _household(party)
    party.save_version(version, [])
    Household.objects.filter(pk=household.pk).update(**marks_as_columns(by, party, marks))
    audit.record(by=by, act="registry.set_marks", subject=party, area_path=party.area_path, now=now)
    return party


@transaction.atomic
def set_trace_name(*, by: Actor, party: Party, version: int, shown: TraceName, now: datetime | None = None) -> Party:
    """Set what the public page of a household's goods says of its name: by the household, or as it told the office.

    It holds at once, for goods that were sold before too. Raises `Stale`, `Invalid` for any other kind of party.
    """
    by.require(Permission.MANAGE, party.area_path, or_party=party.pk)
    refuse_erased(party)
    household = _household(party)
    party.save_version(version, [])
    Household.objects.filter(pk=household.pk).update(shown_on_trace=shown.value)
    details = {"before": household.shown_on_trace, "after": shown.value}
    audit.record(
        by=by, act="registry.set_trace_name", subject=party, area_path=party.area_path, details=details, now=now
    )
    return party


@transaction.atomic
def add_member(*, by: Actor, party: Party, given: MemberGiven, now: datetime | None = None) -> HouseholdMember:
    """Add a person to a household, by who keeps its personal data or by the household itself."""
    household = _to_change(by, party)
    if household.members.count() >= MOST_MEMBERS:
        raise Invalid(_("A household has at most %(number)s members.") % {"number": MOST_MEMBERS})
    member = HouseholdMember(household=household)
    _write_member(member, given, now)
    audit.record(by=by, act="registry.add_member", subject=party, area_path=party.area_path, now=now)
    return member


@transaction.atomic
def change_member(
    *, by: Actor, party: Party, version: int, member_id: int, given: MemberGiven, now: datetime | None = None
) -> HouseholdMember:
    """Correct what is kept of a member, from the household as it was loaded at `version`.

    Raises `Stale`, and `NotFound` for a member of another household.
    """
    member = _member(_to_change(by, party), member_id)
    party.save_version(version, [])
    _write_member(member, given, now)
    audit.record(by=by, act="registry.change_member", subject=party, area_path=party.area_path, now=now)
    return member


@transaction.atomic
def remove_member(*, by: Actor, party: Party, version: int, member_id: int, now: datetime | None = None) -> None:
    """Delete what is kept of a member. Raises `Stale`, and `NotFound` for a member of another household."""
    member = _member(_to_change(by, party), member_id)
    party.save_version(version, [])
    member.delete()
    audit.record(by=by, act="registry.remove_member", subject=party, area_path=party.area_path, now=now)


def personal_of(household: Household) -> Personal:
    """Return the personal data of a household. The caller has authorised and recorded the look."""
    marks = frozenset(mark for mark in Mark if getattr(household, mark.value))
    return Personal(marks, tuple(household.members.order_by("birth_year", "pk")))


def _to_change(by: Actor, party: Party) -> Household:
    by.require(Permission.PERSONAL, party.area_path, or_party=party.pk)
    lock_alive(party)
    return _household(party)


def _household(party: Party) -> Household:
    if party.kind != Kind.HOUSEHOLD:
        raise Invalid(_("Only households have personal data."))
    household, _created = Household.objects.get_or_create(party=party)
    return household


def _member(household: Household, member_id: int) -> HouseholdMember:
    found = household.members.select_for_update().filter(pk=member_id).first()
    if found is None:
        raise NotFound
    return found


def _write_member(member: HouseholdMember, given: MemberGiven, now: datetime | None) -> None:
    year = given.birth_year
    if year is not None and not OLDEST <= year <= (now or clock.now()).year:
        raise Invalid(_("Enter a year of birth such as 1975."), field="birth_year")
    member.name = clean_text("name", given.name)
    if not member.name:
        raise Invalid(_("Enter a name."), field="name")
    member.sex, member.birth_year, member.has_disability = given.sex.value, year, given.has_disability
    member.save()
