"""What providers said of payments, kept as evidence: once for each thing that was said, however often it comes."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from terrace.audit import services as audit
from terrace.kernel import clock, ids
from terrace.kernel.actors import EVERYWHERE, Actor
from terrace.market.domain import Answer, Permission, Provider
from terrace.market.models import Payment, PaymentNotice
from terrace.market.services.locking import require_payments


def keep_notice(
    *,
    provider: Provider,
    answer: Answer,
    said: Mapping[str, object],
    now: datetime,
    payment: Payment | None = None,
    once: str = "",
) -> PaymentNotice:
    """Keep what was said and what was done; what was kept before is counted, so nobody fills the table by repeating.

    `once` names the thing where it is not what was said: of forgeries one a day is kept for each reason.
    """
    what = once or json.dumps(said, sort_keys=True)
    mark = ids.fingerprint("/".join([provider, answer, payment.number if payment else "", what]))
    known = {"at": now, "last_at": now, "provider": provider, "payment": payment, "body": said, "answer": answer}
    notice, is_new = PaymentNotice.objects.get_or_create(mark=mark, defaults=known)
    if not is_new:
        PaymentNotice.objects.filter(pk=notice.pk).update(times=F("times") + 1, last_at=now)
        notice.refresh_from_db()
    return notice


@transaction.atomic
def settle_notice(*, by: Actor, notice: PaymentNotice, now: datetime | None = None) -> None:
    """Note that somebody has looked into a notice that does not fit, once. Raises `Forbidden`.

    One about no payment known here is for who looks after those of the whole installation.
    """
    if notice.payment is None:
        by.require(Permission.PAYMENTS, path := EVERYWHERE)
    else:
        path = require_payments(by, notice.payment)
    moment = now or clock.now()
    if PaymentNotice.objects.filter(pk=notice.pk, settled_at=None).update(settled_at=moment):
        details = {"payment": notice.payment.number if notice.payment else ""}
        audit.record(by=by, act="market.settle_notice", subject=notice, area_path=path, details=details, now=moment)
