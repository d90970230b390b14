"""Reading the sandbox provider's own books."""

from terrace.kernel.errors import NotFound
from terrace.market.models import SandboxCharge


def get_charge(reference: str) -> SandboxCharge:
    """Return a charge by the sandbox's own reference, or raise `NotFound`."""
    found = SandboxCharge.objects.filter(reference=reference).first()
    if found is None:
        raise NotFound
    return found
