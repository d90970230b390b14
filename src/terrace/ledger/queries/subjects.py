"""What the record of acts calls transfers and runs today: to each reader, what that reader may see."""

from collections.abc import Collection, Mapping

from django.db.models import Model

from terrace.audit.queries import Namer
from terrace.http.ways import number_in
from terrace.kernel.actors import Actor
from terrace.ledger.models import PayoutRun, Transfer
from terrace.ledger.queries.payouts import runs_visible_to


def names_of_transfers(actor: Actor, ids: Collection[str]) -> Mapping[str, str]:
    """Return number and cause of transfers; whose money it was is no part of it."""
    rows = Transfer.objects.filter(pk__in=ids)
    return {str(row.pk): f"{row.number} · {number_in(row.reference)}" for row in rows}


def names_of_runs(actor: Actor, ids: Collection[str]) -> Mapping[str, str]:
    """Return number and purpose of the runs that the actor sees."""
    return {str(run.pk): f"{run.number} · {run.purpose}" for run in runs_visible_to(actor).filter(pk__in=ids)}


NAMERS: Mapping[type[Model], Namer] = {Transfer: names_of_transfers, PayoutRun: names_of_runs}
"""Who names what."""
