"""Recording acts: called by every other context's services, inside their transaction."""

from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db.models import Model

from terrace.audit.models import Act
from terrace.kernel import clock
from terrace.kernel.actors import Actor

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The request that the present work belongs to; set by the middleware."""


def record(
    *,
    by: Actor,
    act: str,
    subject: Model,
    area_path: str = "",
    details: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> Act:
    """Record that `by` did `act` ("sourcing.record_supply") to `subject`, which lies at `area_path`."""
    return Act.objects.create(
        at=now or clock.now(),
        act=act,
        person_id=by.person_id,
        person_name=by.name,
        via=by.via,
        subject=subject._meta.label_lower,
        subject_id=str(subject.pk),
        label=str(subject)[:200],
        area_path=area_path,
        details=dict(details or {}),
        request_id=request_id.get(),
    )
