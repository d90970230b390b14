"""An agreement with the courier company, for tests that need one."""

from dataclasses import replace
from datetime import date, time
from typing import Any

from terrace.logistics import services
from terrace.logistics.domain.agreements import Round
from terrace.logistics.models import Agreement, Carrier
from terrace.logistics.services import AgreementGiven, ZoneGiven
from tests.amounts import fen
from tests.conftest import VILLAGE, Cast
from tests.logistics.conftest import NOON, Places

TODAY = date(2026, 11, 20)
TOWN = VILLAGE[:9]
NEAR = ZoneGiven("Near", fen(180), fen(40), 1000, fen(90), fen(20), (TOWN,))
FAR = ZoneGiven("Far", fen(260), fen(70), 1000, fen(130), fen(30))
MORNING, LATE = Round(time(8), time(9)), Round(time(13), time(14))
TERMS = AgreementGiven(TODAY, (NEAR, FAR), minimum=fen(3000), rounds=(MORNING, LATE))


def carrier_of(places: Places) -> Carrier:
    """Return the courier company's place in the network."""
    return Carrier.objects.get(party=places.courier)


def make(cast: Cast, places: Places, **other: Any) -> Agreement:
    """Make an agreement with the courier company: a near zone, a far one, two rounds a day."""
    given = replace(TERMS, **other)
    return services.agree(by=cast.centre.actor, carrier=carrier_of(places), given=given, now=NOON)
