"""What the contexts above tell of a lot on its public page."""

from terrace.kernel import events
from terrace.traceability.domain import Section, TraceRequested
from terrace.traceability.models import Lot


def sections_of(lot: Lot) -> list[Section]:
    """Return what whoever knows more of a lot has to tell the public about it, in the order of the contexts."""
    told: list[Section] = []
    events.publish(TraceRequested(lot.pk, told.append))
    return told
