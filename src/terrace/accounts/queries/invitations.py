"""Reading invitations."""

from datetime import datetime

from django.db.models import Q, QuerySet

from terrace.accounts.domain import LinkUnusable, Permission
from terrace.accounts.models import Invitation
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.ids import fingerprint


def invitations_visible_to(actor: Actor) -> QuerySet[Invitation]:
    """Return the invitations to places that the actor manages."""
    return Invitation.objects.filter(within(actor.paths(Permission.MANAGE)))


def invitations_of(person_id: int) -> list[int]:
    """Return the ids of the invitations that the person accepted, or that let the person back in."""
    found = Invitation.objects.filter(Q(person_id=person_id) | Q(accepted_by_id=person_id))
    return list(found.values_list("pk", flat=True))


def find_invitation(secret: str, *, now: datetime, lock: bool = False) -> Invitation:
    """Return the open invitation behind a link, or raise `LinkUnusable`, whatever the reason.

    With `lock`, the row stays locked until the transaction ends, so that a link
    is used once however often it is clicked.
    """
    rows = Invitation.objects.select_for_update() if lock else Invitation.objects
    found = rows.filter(
        fingerprint=fingerprint(secret), accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now
    ).first()
    if found is None:
        raise LinkUnusable
    return found
