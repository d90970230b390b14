"""Reading invitations."""

from datetime import datetime

from django.db.models import Q, QuerySet

from terrace.accounts.domain import LinkUnusable, Permission
from terrace.accounts.models import Invitation, Person
from terrace.accounts.queries.parties import require_gives_party
from terrace.accounts.queries.posts import appointment, grants_on, posts_on, require_over
from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS, SYSTEM, Actor
from terrace.kernel.db import within
from terrace.kernel.errors import DomainError, NotFound
from terrace.kernel.ids import fingerprint


def invitations_visible_to(actor: Actor) -> QuerySet[Invitation]:
    """Return the invitations to places that the actor manages."""
    return Invitation.objects.filter(within(actor.paths(Permission.MANAGE)))


def get_invitation(actor: Actor, invitation_id: int) -> Invitation:
    """Return an invitation, or raise `NotFound` when the actor does not see it."""
    found = invitations_visible_to(actor).filter(pk=invitation_id).first()
    if found is None:
        raise NotFound
    return found


def invitations_of(person_id: int) -> list[int]:
    """Return the ids of the invitations that the person accepted, or that let the person back in."""
    found = Invitation.objects.filter(Q(person_id=person_id) | Q(accepted_by_id=person_id))
    return list(found.values_list("pk", flat=True))


def find_invitation(secret: str, *, now: datetime, lock: bool = False) -> Invitation:
    """Return the open invitation behind a link, or raise `LinkUnusable`, whatever the reason.

    As a token, it is never more than who issued it: what that person could no
    longer give today, the link does not give either.
    With `lock`, the row stays locked until the transaction ends, so that a link
    is used once however often it is clicked.
    """
    rows = Invitation.objects.select_for_update() if lock else Invitation.objects
    found = rows.filter(
        fingerprint=fingerprint(secret), accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now
    ).first()
    if found is None or not _could_be_issued(found):
        raise LinkUnusable
    return found


def _could_be_issued(invitation: Invitation) -> bool:
    """Say whether who issued the link could still give what it gives."""
    inviter = _inviter(invitation)
    try:
        if invitation.unit_id is not None:
            appointment(inviter, invitation.unit_id, invitation.role)
        elif invitation.party_id is not None:
            require_gives_party(inviter, invitation.party_id)
        elif invitation.person_id is not None:
            require_over(inviter, Person.objects.get(pk=invitation.person_id, is_active=True))
    except (DomainError, Person.DoesNotExist):
        return False
    return True


def _inviter(invitation: Invitation) -> Actor:
    """Return who issued the link as they are today; only the system issues links without a person."""
    if invitation.invited_by_id is None:
        return SYSTEM
    person = Person.objects.filter(pk=invitation.invited_by_id, is_active=True).first()
    return Actor(person.pk, person.name, grants_on(posts_on(person.pk, clock.today()))) if person else ANONYMOUS
