"""Links that are taken back by another act than `revoke_invitation`: the unit closed, a newer link came, data went."""

from datetime import datetime

from django.db.models import QuerySet

from terrace.accounts.models import Invitation
from terrace.audit import services as audit
from terrace.kernel.actors import Actor


def take_back_links(links: QuerySet[Invitation], *, by: Actor, now: datetime) -> None:
    """Take back those of `links` that still work, and record each."""
    working = links.select_for_update().filter(accepted_at=None, revoked_at=None, expires_at__gt=now)
    found = list(working.order_by("id"))
    Invitation.objects.filter(pk__in=[link.pk for link in found]).update(revoked_at=now)
    subjects = [(link, link.area_path, {"person": link.person_id, "unit": link.unit_id}) for link in found]
    audit.record_many(by=by, act="accounts.revoke_invitation", subjects=subjects, now=now)
