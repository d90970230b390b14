"""Who may act on a lot: the office where it grew, and the one where it lies now."""

from terrace.kernel.actors import Actor
from terrace.traceability.domain import Permission
from terrace.traceability.models import Lot


def require(by: Actor, permission: Permission, lot: Lot) -> None:
    """Raise `Forbidden` unless the actor holds `permission` where the lot lies, or where it comes from."""
    if lot.unit_path and by.may(permission, lot.unit_path):
        return
    by.require(permission, lot.area_path)
