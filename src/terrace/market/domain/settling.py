"""What becomes of an order's money: agreements, disputes, shares."""

from terrace.kernel.words import Choice, _


class DisputeKind(Choice):
    """What is wrong, in the buyer's eyes."""

    NOT_ARRIVED = "not_arrived", _("It did not arrive")
    SPOILT = "spoilt", _("Part of it is spoilt")
    NOT_AS_DESCRIBED = "not_as_described", _("It is not what was described")
    OTHER = "other", _("Something else")


class DisputeStatus(Choice):
    """Where a dispute stands: the seller may settle it; what the seller does not settle, the centre decides."""

    OPEN = "open", _("Waiting for the seller")
    WITH_CENTRE = "with_centre", _("With the centre")
    RETURNING = "returning", _("Goods on their way back")
    SETTLED = "settled", _("Settled")
    WITHDRAWN = "withdrawn", _("Withdrawn")
