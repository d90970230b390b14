"""Recording acts: called by every other context's services, inside their transaction."""

from collections.abc import Iterable, Mapping
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
    made = _act(by, act, subject, area_path, details or {}, now or clock.now())
    made.save(force_insert=True)
    return made


def record_many(
    *, by: Actor, act: str, subjects: Iterable[tuple[Model, str, Mapping[str, Any]]], now: datetime | None = None
) -> None:
    """Record that `by` did `act` to each of many subjects: (subject, where it lies, details), in few queries."""
    moment = now or clock.now()
    acts = [_act(by, act, subject, area_path, details, moment) for subject, area_path, details in subjects]
    Act.objects.bulk_create(acts, batch_size=1000)


def _signed(by: Actor) -> str:
    """Return how the record writes down who acts: never the name of a person who may ask to be erased."""
    return by.signature or (by.name if by.person_id is None else f"#{by.person_id}")


def _act(by: Actor, act: str, subject: Model, area_path: str, details: Mapping[str, Any], now: datetime) -> Act:
    return Act(
        at=now,
        act=act,
        person_id=by.person_id or by.issuer_id,
        person_name=_signed(by),
        via=by.via,
        subject=subject._meta.label_lower,
        subject_id=str(subject.pk),
        label=str(subject)[:200],
        area_path=area_path,
        details=dict(details),
        request_id=request_id.get(),
    )
