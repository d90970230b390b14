"""What makes a day impossible, as a page can put it into words."""

from dataclasses import dataclass

from terrace.kernel.words import Choice, _
from terrace.logistics.domain.routing.problem import Window


class ReasonKind(Choice):
    """Why a day cannot be planned. All but the last are proofs."""

    NOBODY_MAY = "nobody_may", _("No vehicle has what it takes")
    NOBODY_CARRIES = "nobody_carries", _("More than any vehicle carries at once")
    NO_ROAD = "no_road", _("No road leads there")
    COMES_TOO_LATE = "comes_too_late", _("The goods come too late to be there in time")
    CLOSES_TOO_EARLY = "closes_too_early", _("Nobody gets there before it closes")
    TOO_FAR = "too_far", _("There and back is longer than a shift")
    TOO_LITTLE_ROOM = "too_little_room", _("The vehicles carry too little")
    TOO_FEW_VEHICLES = "too_few_vehicles", _("Too few vehicles at that time")
    TOO_LITTLE_TIME = "too_little_time", _("All shifts together are too short")
    NONE_FOUND = "none_found", _("No plan was found in which all is done")

    @property
    def is_certain(self) -> bool:
        """Whether no plan at all can do it, however long anybody searches."""
        return self is not ReasonKind.NONE_FOUND


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: which jobs it concerns (by their index), and what is lacking.

    `short` is how many vehicles too few there are at least, 0 where that is no question; `lacks` by how much the load
    (`load` says of which) or the seconds fall short; `between` when; `needs` is what those jobs ask of a vehicle.
    """

    kind: ReasonKind
    jobs: tuple[int, ...]
    short: int = 0
    lacks: int = 0
    load: int | None = None
    between: Window | None = None
    needs: frozenset[str] = frozenset()
