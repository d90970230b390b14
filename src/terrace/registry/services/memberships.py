"""Joining and leaving cooperatives."""

from datetime import date, datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.http.written import localdate
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.days import refuse_far_day
from terrace.kernel.errors import DomainError, Forbidden, Invalid
from terrace.kernel.words import _
from terrace.registry.domain import Kind, Permission
from terrace.registry.models import Membership, Party
from terrace.registry.queries import may_end, memberships_of
from terrace.registry.services.parties import refuse_erased


class AlreadyMember(DomainError):
    """The party belongs to this cooperative already."""

    code = "already_member"
    message = _("It is a member of this cooperative already.")


class AlreadyLeft(DomainError):
    """The membership has ended."""

    code = "already_left"
    message = _("This membership has ended already.")


@transaction.atomic
def join_cooperative(
    *, by: Actor, cooperative: Party, member: Party, joined_on: date | None = None, now: datetime | None = None
) -> Membership:
    """Record that a producer joined a cooperative, by who keeps the register where the producer lives.

    Who left may join again, from the day of leaving on. Raises `Forbidden`,
    `AlreadyErased`, `AlreadyMember`, `Invalid` for what is no active cooperative,
    a member that produces nothing, or a day that is to come, centuries ago or
    within an earlier membership.
    """
    by.require(Permission.MANAGE, member.area_path)
    day = _past_day(joined_on, now, "joined_on")
    _check_pair(*_lock(cooperative, member))
    _refuse_overlap(cooperative, member, day)
    membership = Membership.objects.create(cooperative=cooperative, member=member, joined_on=day)
    _record(by, "registry.join_cooperative", membership, now)
    return membership


@transaction.atomic
def leave_cooperative(
    *, by: Actor, membership: Membership, left_on: date | None = None, now: datetime | None = None
) -> Membership:
    """End a membership, by who keeps the register where either lives, the member, or the cooperative.

    Raises `Forbidden`, `AlreadyLeft`, `Invalid` for a day to come or before joining.
    """
    if not may_end(by, membership):
        raise Forbidden(permission=Permission.MANAGE.value)
    day = _past_day(left_on, now, "left_on")
    if day < membership.joined_on:
        raise Invalid(_("It cannot leave before it joined."), field="left_on")
    if not Membership.objects.filter(pk=membership.pk, left_on__isnull=True).update(left_on=day):
        raise AlreadyLeft
    membership.left_on = day
    _record(by, "registry.leave_cooperative", membership, now)
    return membership


def _lock(cooperative: Party, member: Party) -> tuple[Party, Party]:
    """Lock the two as they are now, always in the order of their ids: neither rests or is erased before the end."""
    rows = Party.objects.select_for_update(no_key=True).filter(pk__in=(cooperative.pk, member.pk)).order_by("pk")
    found = {party.pk: party for party in rows}
    return found[cooperative.pk], found[member.pk]


def _check_pair(cooperative: Party, member: Party) -> None:
    refuse_erased(member)
    if cooperative.kind != Kind.COOPERATIVE or not cooperative.is_active:
        raise Invalid(_("Choose an active cooperative."), field="cooperative")
    if not Kind(member.kind).produces:
        raise Invalid(_("Only producers join a cooperative."), field="member")
    if cooperative.pk == member.pk:
        raise Invalid(_("A cooperative cannot be a member of itself."), field="cooperative")


def _refuse_overlap(cooperative: Party, member: Party, day: date) -> None:
    """Refuse a second membership at a time; both are locked, so nobody writes another meanwhile."""
    last = memberships_of(member).filter(cooperative=cooperative).order_by("-joined_on", "-pk").first()
    if last is None:
        return
    if last.left_on is None:
        raise AlreadyMember(field="cooperative")
    if day < last.left_on:
        reason = _("It was a member until %(day)s. Enter that day or a later one.")
        raise Invalid(reason % {"day": localdate(last.left_on)}, field="joined_on")


def _past_day(day: date | None, now: datetime | None, field: str) -> date:
    today = clock.today(now)
    refuse_far_day(day, field=field)
    if day and day > today:
        raise Invalid(_("This day is still to come."), field=field)
    return day or today


def _record(by: Actor, act: str, membership: Membership, now: datetime | None) -> None:
    """Record one act with each of the two, so that it stands in both histories."""
    for party, other in (
        (membership.member, membership.cooperative),
        (membership.cooperative, membership.member),
    ):
        audit.record(by=by, act=act, subject=party, area_path=party.area_path, details={"with": other.number}, now=now)
