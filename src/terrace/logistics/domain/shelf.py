"""What lies at a unit: whether that is on its way at all, and how long it waits there. Pure rules."""

from dataclasses import dataclass
from datetime import timedelta

from terrace.kernel.errors import Invalid
from terrace.kernel.words import Choice, _

MOST_DAYS = 60
"""No shelf keeps a parcel longer, whatever its carrier agreed to and its recipient asked for."""
LONGEST_SHELF = 20
"""The longest name of a compartment."""


class Care(Choice):
    """What somebody has to see to about a parcel that lies somewhere."""

    ASTRAY = "astray", _("At the wrong place")
    OVERDUE = "overdue", _("Lies too long")
    CALLED_BACK = "called_back", _("Called back, to be sent home")


@dataclass(frozen=True, slots=True)
class End:
    """A unit where a parcel begins, ends or lies: its id and the path of its area."""

    unit_id: int
    path: str


def is_on_its_way(at: End, begins: End, ends: End | None) -> bool:
    """Say whether a parcel that goes from `begins` to `ends`, None for out of the network, may lie at `at`.

    It may at either end, and at units of the areas above them: what goes to a point
    passes by its station and its centre. A unit beside is the wrong place.
    """
    both = [begins] if ends is None else [begins, ends]
    return any(at.unit_id == end.unit_id or (end.path.startswith(at.path) and end.path != at.path) for end in both)


@dataclass(frozen=True, slots=True)
class ShelfDays:
    """After how many days on the shelf a recipient is reminded, and after how many a parcel may go back."""

    remind: int
    keep: int

    def __post_init__(self) -> None:
        """Raise `Invalid` for days that come in the wrong order or never."""
        if not 0 < self.keep <= MOST_DAYS:
            raise Invalid(_("A shelf keeps a parcel from 1 to %(most)d days.") % {"most": MOST_DAYS}, field="keep_days")
        if not 0 < self.remind <= self.keep:
            raise Invalid(_("Remind the recipient before the parcel goes back."), field="remind_days")

    @property
    def until_reminder(self) -> timedelta:
        """How long it lies before the recipient is reminded."""
        return timedelta(days=self.remind)

    @property
    def until_overdue(self) -> timedelta:
        """How long it lies before it may go back."""
        return timedelta(days=self.keep)
