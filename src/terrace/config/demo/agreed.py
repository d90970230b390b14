"""What the centre agreed with its carrier for the days to come, so that its page shows zones and rounds."""

from datetime import time

from terrace.config.demo.moments import moment
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.trade import Trade
from terrace.config.demo.wording import Wording
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.logistics import queries as logistics_queries
from terrace.logistics import services as logistics
from terrace.logistics.domain.agreements import Round
from terrace.logistics.services import AgreementGiven, ZoneGiven
from terrace.network import queries as network

NEAR, FAR = Wording("城郊", "Near the town"), Wording("山区", "In the mountains")
MINIMUM = 200_000
"""In fen for a month."""
ROUNDS = (Round(time(8, 30), time(9)), Round(time(13), time(13, 30)))
NEAR_TOWNS = 6


def note_agreement(timeline: Timeline, home: Trade) -> None:
    """Note that the agreement is made on the demo's own day: what was carried before went by the tariffs."""
    timeline.note(moment(home.world.day, 0.01), lambda: _agree(home))


def _agree(home: Trade) -> None:
    centre = home.centre
    if centre.carrier is None:
        return
    currency, world = current().currency, home.world
    shared = logistics_queries.carriers_at([centre.unit.area_path]).get(party_id=centre.carrier.pk)
    towns = tuple(area.code for area in network.children_of(centre.county)[:NEAR_TOWNS])

    def zone(name: Wording, parcel: int, kilo: int, areas: tuple[str, ...]) -> ZoneGiven:
        back = Money(parcel // 2, currency)
        return ZoneGiven(world.write(name), Money(parcel, currency), Money(kilo, currency), 1_000, back, None, areas)

    zones = [zone(NEAR, 150, 30, towns), zone(FAR, 220, 50, ())]
    given = AgreementGiven(world.day, zones, minimum=Money(MINIMUM, currency), rounds=ROUNDS)
    logistics.agree(by=centre.manager, carrier=shared, given=given)
