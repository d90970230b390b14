"""Finding at the counter what somebody comes for, by the code that they show."""

from terrace.kernel.actors import Actor
from terrace.logistics import queries
from terrace.logistics.domain import MOST_TRIES, Permission
from terrace.logistics.models import Parcel
from terrace.logistics.services import codes
from terrace.network.models import ServiceUnit


def find_for_code(*, by: Actor, unit: ServiceUnit, code: str) -> Parcel | None:
    """Return the parcel on the shelf of `unit` that `code` opens, None for none. Raises `Forbidden`.

    It hands nothing over. The caller limits how often it is asked, for a code that
    is not of one parcel may be of another.
    """
    by.require(Permission.HANDLE, unit.area_path)

    def opens(row: Parcel, code: str) -> bool:
        return any(codes.opens(mark, row.number, code) for mark in (row.code, row.collector_code))

    waiting = queries.shelf_of(unit.pk).filter(code_tries__lt=MOST_TRIES)
    return next((row for row in waiting if opens(row, code)), None)
