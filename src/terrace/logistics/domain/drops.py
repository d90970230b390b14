"""What a keeper says of each piece that a tour puts down."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from terrace.kernel.errors import Invalid
from terrace.kernel.words import Choice, _


class Dropped(Choice):
    """What a keeper says of a piece."""

    HERE = "here", _("is here")
    MISSING = "missing", _("is not here")
    DAMAGED = "damaged", _("is damaged")


@dataclass(frozen=True, slots=True)
class Judged:
    """The pieces of a stop by their numbers, sorted out."""

    here: tuple[str, ...]
    missing: tuple[str, ...]
    damaged: tuple[str, ...]

    @property
    def expected(self) -> int:
        """How many were to come."""
        return len(self.here) + len(self.missing) + len(self.damaged)


def judged(pieces: Iterable[str], missing: Collection[str], damaged: Collection[str]) -> Judged:
    """Sort out pieces by what is said of them: what is said nothing of is here.

    Raises `Invalid` for what is none of them, and for what is said to be both.
    """
    known = list(pieces)
    if unknown := {*missing, *damaged} - set(known):
        told = _("Not for this stop: %(numbers)s.") % {"numbers": ", ".join(sorted(unknown))}
        raise Invalid(told, field="missing" if unknown & set(missing) else "damaged")
    if both := set(missing) & set(damaged):
        told = _("Say of each piece once how it is: %(numbers)s.") % {"numbers": ", ".join(sorted(both))}
        raise Invalid(told, field="damaged")
    return Judged(
        tuple(one for one in known if one not in missing and one not in damaged),
        tuple(one for one in known if one in missing),
        tuple(one for one in known if one in damaged),
    )
