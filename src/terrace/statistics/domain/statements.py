"""What a household's money was for, and by which way its goods went, as its statement sorts them."""

from terrace.kernel.words import Choice, _
from terrace.ledger.domain import Part, Reason

FOR_GOODS = (Part.GROWER, Part.SELLER)
OF_GOODS = (Reason.PURCHASE, Reason.RELEASE)
PAYOUTS = (Reason.PAYOUT, Reason.PAYOUT_PAID, Reason.PAYOUT_RETURNED)


class Flow(Choice):
    """What money of a household's account was for, in the order in which its statement tells it."""

    SALES = "sales", _("Goods sold")
    FEES = "fees", _("Fees")
    PAYOUTS = "payouts", _("Paid out to the bank account")
    DEPOSITS = "deposits", _("Paid in")
    OTHER = "other", _("Other")


class SoldBy(Choice):
    """By which way a household's goods went: weighed and bought at a point, or sold on the market by itself."""

    POINT = "point", _("Sold at the point")
    MARKET = "market", _("Sold on the market")


def flow_of(reason: Reason, part: Part) -> Flow:
    """Return what an entry was for. A reversal keeps the reason that it reverses, and so takes away from the same."""
    if reason in OF_GOODS and part in FOR_GOODS:
        return Flow.SALES
    if reason in PAYOUTS:
        return Flow.PAYOUTS
    return {Reason.FEE: Flow.FEES, Reason.DEPOSIT: Flow.DEPOSITS}.get(reason, Flow.OTHER)
