"""Disputes: what a buyer says is wrong, who answers it until when, and how it ends."""

from datetime import timedelta

from terrace.kernel.words import Choice, _

ANSWER_WITHIN = timedelta(days=3)
"""How long each side has to answer the other; then the centre decides."""
RETURN_WITHIN = timedelta(days=14)
"""How long goods have for the way back, by any courier, until the centre decides without them."""


class DisputeKind(Choice):
    """What is wrong, in the buyer's eyes."""

    NOT_ARRIVED = "not_arrived", _("It did not arrive")
    SPOILT = "spoilt", _("Part of it is spoilt")
    NOT_AS_DESCRIBED = "not_as_described", _("It is not what was described")
    OTHER = "other", _("Something else")


class DisputeStatus(Choice):
    """Where a dispute stands: the seller may settle it; what the two do not settle, the centre decides."""

    OPEN = "open", _("Waiting for the seller")
    OFFERED = "offered", _("Waiting for the buyer")
    WITH_CENTRE = "with_centre", _("With the centre")
    RETURNING = "returning", _("Goods on their way back")
    SETTLED = "settled", _("Settled")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens: only then does the order's clock run again."""
        return self in (DisputeStatus.SETTLED, DisputeStatus.WITHDRAWN)


class ReturnState(Choice):
    """What became of goods that came back."""

    SOUND = "sound", _("Sound: back into the lots")
    SPOILT = "spoilt", _("Spoilt: written off")
    LOST = "lost", _("Lost on the way back")


class RefundReason(Choice):
    """Why a buyer gets money back."""

    CANCELLED = "cancelled", _("The order was cancelled")
    DISPUTE = "dispute", _("A dispute was settled")
    GOODWILL = "goodwill", _("The seller gives some back")
    RETURNED = "returned", _("The goods were sent back")
