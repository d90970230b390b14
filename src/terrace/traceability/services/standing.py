"""Who may act on a lot: what is done with the goods, the office where they lie; what is found out about them, also
the one where they grew."""

from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden
from terrace.traceability.domain import Permission
from terrace.traceability.models import Lot
from terrace.traceability.services.writing import UnderWay


def may(by: Actor, permission: Permission, lot: Lot) -> bool:
    """Say whether the actor may do with a lot what `permission` is for.

    Goods are split, merged, lost and handled where they lie: elsewhere nobody sees what is done. Under way they are
    in the hands of who carries them alone. Tests and recalls are also for where the goods grew, wherever they went.
    """
    if by.is_system or (lot.unit_path and by.may(permission, lot.unit_path)):
        return True
    return permission is not Permission.RECORD and by.may(permission, lot.area_path)


def require(by: Actor, permission: Permission, lot: Lot) -> None:
    """Raise `Forbidden` unless the actor may; `UnderWay` where it could while the lot lay where it grew."""
    if may(by, permission, lot):
        return
    if lot.unit_at_id is None and by.may(permission, lot.area_path):
        raise UnderWay(lot=lot.number)
    raise Forbidden(permission=permission.value)
