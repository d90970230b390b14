"""What the sandbox provider does: it takes the buyer's answer and tells the shop, as a real one would.

This side knows nothing of orders. It sends its notices to the shop by HTTP, signed, and again until one is taken.
"""

import http.client
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from terrace.kernel import clock
from terrace.kernel.errors import DomainError, NotFound
from terrace.kernel.words import _
from terrace.market import gateways
from terrace.market.domain import Provider
from terrace.market.models import ChargeState, SandboxCharge, Sending
from terrace.market.services.batches import one_by_one

NOTICE_JOB = "market.send_sandbox_notices"
MOST_TRIES = 8
FIRST_WAIT = timedelta(seconds=30)
LATE_BY = timedelta(minutes=2)
"""So long after the time to pay comes what is late: by then the shop's job of each minute has ended the payment."""
SECONDS = 10
Send = Callable[[str, Mapping[str, str], bytes], int]
"""Posts a notice: (address, headers, body) -> the status of the answer."""


class Decided(DomainError):
    """The buyer has paid or refused already."""

    code = "decided"
    message = _("This was decided before. Go back to the shop.")


@transaction.atomic
def decide_charge(
    *, reference: str, pays: bool, sending: Sending = Sending.ONCE, now: datetime | None = None
) -> SandboxCharge:
    """Take the buyer's answer once, and owe the shop its notices: how they come, `sending` says.

    What is paid late is under way until then, and of another amount half comes. Raises `NotFound`, `Decided`.
    """
    charge = SandboxCharge.objects.select_for_update().filter(reference=reference).first()
    if charge is None:
        raise NotFound
    if charge.state != ChargeState.OPEN:
        raise Decided
    is_late, moment = sending is Sending.LATE, now or clock.now()
    charge.sending, charge.notices = sending.value, sending.notices
    due_at = max(moment, charge.expires_at) + LATE_BY if is_late else moment
    charge.due_at = due_at if charge.notices else None
    charge.state = (ChargeState.UNDER_WAY if pays else ChargeState.REFUSED).value
    if pays and not is_late:
        _arrive(charge)
    charge.save()
    if charge.notices:
        transaction.on_commit(_enqueue)
    return charge


def _arrive(charge: SandboxCharge) -> None:
    """Let the buyer's money be at the sandbox: all of it, or another amount."""
    charge.state, charge.paid_minor = ChargeState.PAID.value, charge.amount_minor
    if charge.sending == Sending.OTHER_AMOUNT:
        charge.paid_minor = charge.amount_minor // 2 or 2


def send_notices(*, now: datetime | None = None, send: Send | None = None) -> int:
    """Send every notice that is due, once; return how many the shop took. A refused one is tried again later."""
    moment = now or clock.now()
    due = SandboxCharge.objects.filter(due_at__lte=moment).order_by("due_at", "id").values_list("pk", flat=True)

    def send_one(charge_id: int, now: datetime) -> bool:
        return _try(charge_id, now, send or post)

    return one_by_one(send_one, due, moment)


def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """Post a notice to the shop and return the status of its answer, 0 when there was none."""
    request = urllib.request.Request(url, body, dict(headers))  # noqa: S310 - an address of this site, from its own pages
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310 - as above
            return int(response.status)
    except urllib.error.HTTPError as answer:
        return answer.code
    except (OSError, http.client.HTTPException, ValueError):
        return 0


def notice_url(charge: SandboxCharge) -> str:
    """Return where the shop takes notices: on the site that it wants its buyers sent back to."""
    site = urllib.parse.urlsplit(charge.return_url)
    return f"{site.scheme}://{site.netloc}{reverse('market:payment_notice', args=[Provider.SANDBOX.value])}"


def _try(charge_id: int, now: datetime, send: Send) -> bool:
    charge = _claim(charge_id, now)
    if charge is None:
        return False
    headers, body = gateways.signed_notice(charge)
    if send(notice_url(charge), headers, body) != http.client.OK:
        return False
    left = charge.notices - 1
    SandboxCharge.objects.filter(pk=charge_id).update(notices=left, tries=0, due_at=now if left else None)
    return True


@transaction.atomic
def _claim(charge_id: int, now: datetime) -> SandboxCharge | None:
    """Take the charge for one try: its next moves on, so no two processes send at once. Late money has come now."""
    due = SandboxCharge.objects.filter(pk=charge_id, due_at__lte=now, notices__gt=0)
    charge = due.select_for_update(skip_locked=True).first()
    if charge is not None:
        last = charge.tries + 1 >= MOST_TRIES
        charge.due_at = None if last else now + FIRST_WAIT * 2**charge.tries
        charge.tries += 1
        if charge.state == ChargeState.UNDER_WAY:
            _arrive(charge)
        charge.save()
    return charge


def _enqueue() -> None:
    """Ask for the job, unless one waits already: it will find this notice too."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(NOTICE_JOB, queueing_lock=NOTICE_JOB).defer()
