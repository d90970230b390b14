"""Joining and leaving cooperatives."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Forbidden, Invalid
from terrace.kernel.words import _
from terrace.registry.domain import Kind, Permission
from terrace.registry.models import Membership, Party
from terrace.registry.queries import may_end
from terrace.registry.services.parties import lock_alive


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

    Raises `Forbidden`, `AlreadyMember`, `Invalid` for what is no cooperative, a
    member that produces nothing, or a day to come.
    """
    by.require(Permission.MANAGE, member.area_path)
    day = _past_day(joined_on, now, "joined_on")
    _check_pair(cooperative, member)
    try:
        with transaction.atomic():
            membership = Membership.objects.create(cooperative=cooperative, member=member, joined_on=day)
    except IntegrityError:
        raise AlreadyMember(field="cooperative") from None
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


def _check_pair(cooperative: Party, member: Party) -> None:
    lock_alive(member)
    if cooperative.kind != Kind.COOPERATIVE or not cooperative.is_active:
        raise Invalid(_("Choose an active cooperative."), field="cooperative")
    if not Kind(member.kind).produces:
        raise Invalid(_("Only producers join a cooperative."), field="member")
    if cooperative.pk == member.pk:
        raise Invalid(_("A cooperative cannot be a member of itself."), field="cooperative")


def _past_day(day: date | None, now: datetime | None, field: str) -> date:
    today = clock.today(now)
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
