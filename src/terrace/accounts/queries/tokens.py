"""Reading tokens of other systems and of parties."""

from datetime import datetime

from django.db.models import Q, QuerySet

from terrace.accounts.domain import Permission
from terrace.accounts.models import ApiToken
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.kernel.ids import fingerprint


def tokens_visible_to(actor: Actor) -> QuerySet[ApiToken]:
    """Return the tokens for areas where the actor issues them, of parties it speaks for, and its own."""
    of_areas = within(actor.paths(Permission.TOKENS)) & Q(party_id__isnull=True)
    of_parties = Q(party_id__in=actor.parties)
    own = Q(issued_by=actor.person_id) if actor.person_id else Q(pk__in=[])
    return ApiToken.objects.filter(of_areas | of_parties | own)


def get_token(actor: Actor, token_id: int) -> ApiToken:
    """Return a token, or raise `NotFound` when the actor does not see it."""
    found = tokens_visible_to(actor).filter(pk=token_id).first()
    if found is None:
        raise NotFound
    return found


def find_token(secret: str, now: datetime) -> ApiToken | None:
    """Return the token behind a secret with its issuer, None when there is none, or it is over or taken back."""
    usable = Q(revoked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))
    found = ApiToken.objects.select_related("issued_by").filter(usable, fingerprint=fingerprint(secret)).first()
    return found if found is not None and found.issued_by.is_active else None
