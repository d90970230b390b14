"""Too much is found in goods that are on their way already: buyers hear of it, and get their money back."""

from collections import Counter
from datetime import timedelta

from terrace.config.demo.moments import moment
from terrace.config.demo.quality import condemn
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.trade import Trade
from terrace.config.demo.wording import Wording
from terrace.kernel.actors import ANONYMOUS
from terrace.kernel.money import Money
from terrace.market import queries, services
from terrace.market.domain import DisputeKind, OrderStatus
from terrace.market.models import Dispute, PackedLot
from terrace.market.services import DisputeGiven
from terrace.market.services.links import signature
from terrace.traceability import queries as lots

FOUND = 5
"""How many days before the demo's day."""
HEARD = Wording("听说这批货召回了", "I heard that these goods were recalled")
RETURNED = Wording("请不要食用，全额退款", "Please do not eat them: all of it comes back to you")


def note_recall(timeline: Timeline, trade: Trade) -> None:
    """Note the finding in the morning, buyers who hear of it soon after, and the seller's answers the day after."""
    if not trade.goods:
        return
    story, on = RecallStory(trade), trade.day - timedelta(days=FOUND)
    timeline.note(moment(on, 10), story.recall)
    timeline.note(moment(on, 10.1), story.complain)
    timeline.note(moment(on + timedelta(days=1), 9), story.answer)


class RecallStory:
    """One recalled lot, and the buyers of it whose goods have arrived."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self.number = ""
        self.disputes: list[Dispute] = []

    def recall(self) -> None:
        """Recall the lot that most of the buyers have whose goods arrived."""
        arrived = PackedLot.objects.filter(line__order__status=OrderStatus.DELIVERED, lot__isnull=False)
        counts = Counter(arrived.filter(line__order__seller=self.trade.shop).values_list("lot", flat=True))
        if counts:
            most = max(counts, key=lambda lot_id: (counts[lot_id], lot_id))
            lot = lots.lots_by_id([most])[most]
            self.number = lot.number
            condemn(self.trade.centre, lot)

    def complain(self) -> None:
        """Ask as the buyers for all of the money."""
        if not self.number:
            return
        words = self.trade.world.write(HEARD)
        found = queries.recalled_orders(self.trade.seller, self.number).filter(status=OrderStatus.DELIVERED)
        for order in found.order_by("pk"):
            if not Dispute.objects.filter(order=order).exists():  # who had a say before has been decided about
                given = DisputeGiven(DisputeKind.OTHER, words, order.escrow)
                proof = signature(order.reference)
                self.disputes.append(services.open_dispute(by=ANONYMOUS, order=order, given=given, proof=proof))

    def answer(self) -> None:
        """Agree to each as the seller: to all of it; the centre grants it, for others go without then."""
        for dispute in self.disputes:
            agreed = services.agree_to_more(
                by=self.trade.seller,
                dispute=dispute,
                version=dispute.version,
                amount=Money(dispute.wanted_minor, dispute.currency),
                words=self.trade.world.write(RETURNED),
            )
            services.grant_agreed(by=self.trade.clerk, dispute=agreed, version=agreed.version)
