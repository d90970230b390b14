"""Where a transfer's reference leads: to the order, the purchase or the payout that it is about.

The ledger knows the names of such things, not their pages: a context above says
in its `apps.py` where its own are shown.
"""

from collections.abc import Callable

from terrace.kernel.actors import Actor

Lead = Callable[[Actor, str], str]
_leads: dict[str, Lead] = {}


def know_references(kind: str, lead: Lead) -> None:
    """Say where "order/O-..." leads a reader: `lead` gets the actor and the number, and returns an address or ""."""
    _leads[kind] = lead


def url_of(actor: Actor, reference: str) -> str:
    """Return the page of what a transfer is about, "" where nobody has one for this reader."""
    kind, _stroke, number = reference.partition("/")
    return _leads[kind](actor, number) if kind in _leads else ""


def number_in(reference: str) -> str:
    """Return what people call the thing: "O-..." of "order/O-..."."""
    return reference.partition("/")[2] or reference
