"""Goods come in: weighed and bought at the points, fetched by tours, counted in and graded at the centre."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import repeat

from django.core.files.base import ContentFile

from terrace.config.demo import names
from terrace.config.demo.cast import VILLAGE
from terrace.config.demo.centre import Centre
from terrace.config.demo.driving import drive_of, tell_drive
from terrace.config.demo.moments import moment, working
from terrace.config.demo.photos import photo_of
from terrace.config.demo.quality import judge, mix
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.trade import BEGINS, Trade, most_of, price_of
from terrace.config.demo.wording import Wording
from terrace.config.demo.world import Producer, World
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.quantity import Quantity, Unit
from terrace.logistics import queries as parcels
from terrace.logistics import services as logistics
from terrace.logistics.domain import Direction, ScanKind
from terrace.logistics.models import Consignment, Parcel, Tour
from terrace.logistics.services import NewParcel, Short, TourGiven
from terrace.network.models import ServiceUnit
from terrace.sourcing import services as sourcing
from terrace.sourcing.domain import PayRule
from terrace.sourcing.models import Purchase
from terrace.sourcing.services import PurchaseGiven
from terrace.traceability import queries as lots
from terrace.traceability.domain import LossReason

TOUR_EVERY, LATE_TOURS, MIX_EVERY = 5, 4, 4
"""Every so many days a tour goes; every so many of them comes home late."""
FETCHED = range(BEGINS - 5, -1, -TOUR_EVERY)
"""How many days before the trade's day the tours go."""
STOPS = 4
LATEST = 4
"""How many of the story's purchases are of the last days, and still wait to be fetched."""
PARCELS, PARCELS_LATELY, LATELY = 2, 6, 30
"""How many parcels a tour takes down, and how many on the tours of the last days."""
TRACKED_DAYS = 16
"""On tours of so many last days the driver's phone tells where it is."""
FARMERS_EVERY = 18
"""Every so many purchases it is the cast's farmer who brings goods."""
REFUSED_EVERY, SHORT_EVERY, FAILING_TOUR = 9, 5, 7
VOIDED = 11
"""Which of the purchases is taken back."""
NOT_ORDERED = Wording("没有下过这单", "Did not order this")
CRUSHED = Wording("筐底压坏了一些", "Some were crushed at the bottom of a crate")
WRONG_TARE = Wording("皮重输错了，重新过秤", "The tare was wrong: weighed again")
LATE = Wording("过桥排队，晚两小时", "A queue at the bridge: two hours late")
RULES = (PayRule.NOW, PayRule.NOW, PayRule.NOW, PayRule.AT_GRADING, PayRule.AT_SALE)
CRATE = 1_500
"""Grams of a crate; one for every twenty kilograms."""


@dataclass(slots=True)
class Fetching:
    """What lies at the points and waits for a tour: purchases by the area of the point."""

    centre: Centre
    stops: int = STOPS
    """At how many points a tour stops at most."""
    waiting: dict[str, list[Purchase]] = field(default_factory=lambda: defaultdict(list))
    drawn: bytes = b""

    def photo(self) -> bytes:
        """Return the photo of every hand-over, drawn once for each demo: making it draws from the demo's chance."""
        if not self.drawn:
            self.drawn = bytes(photo_of("apple", 1).read())
        return self.drawn


def note_harvest(timeline: Timeline, trade: Trade, purchases: int) -> None:
    """Note so many purchases, and the tours that fetch them: today's is planned, unless it was another season."""
    fetching = Fetching(trade.centre)
    note_purchases(timeline, trade, fetching, purchases)
    if trade.goods:
        note_tours(timeline, fetching, [trade.day - timedelta(days=days) for days in FETCHED])


def note_purchases(timeline: Timeline, trade: Trade, fetching: Fetching, purchases: int) -> None:
    """Note so many purchases, most in the middle of the weeks; in the story a few of the last days."""
    if not trade.goods:
        return
    random, latest = trade.world.random, LATEST if trade.is_story else 0
    for number in range(purchases):
        days = int(random.triangular(0, BEGINS - 2, BEGINS / 2)) if number >= latest else number // 2
        on = trade.day - timedelta(days=max(days, 1))
        village, producer = _grower(trade, number)
        at = working(random, on)
        timeline.note(at, partial(_buy, trade, fetching, village, producer, on, number // 3))
        if number == VOIDED:
            timeline.note(at + timedelta(minutes=12), partial(_void, fetching, village))


def note_tours(timeline: Timeline, fetching: Fetching, days: Iterable[date]) -> None:
    """Note a tour on each of the days that fetches what waits by then."""
    for number, on in enumerate(days):
        _note_tour(timeline, TourStory(fetching, on, number))


def _grower(trade: Trade, number: int) -> tuple[str, Producer]:
    """Return who brings the purchase `number`, and where: the firm's goods in turn, each third at the cast's point."""
    world, product, villages = trade.world, trade.goods[number // 3 % len(trade.goods)], trade.villages
    growers = {village: [one for one in world.households[village] if product in one.crops] for village in villages}
    fitting = [village for village in villages if growers[village]] or villages
    village = VILLAGE if number % 3 == 0 and VILLAGE in fitting else world.random.choice(fitting)
    producer = world.random.choice(growers[village] or world.households[village])
    is_farmers = trade.is_story and number % FARMERS_EVERY == 0
    return (VILLAGE, world.households[VILLAGE][0]) if is_farmers else (village, producer)


def _void(fetching: Fetching, village: str) -> None:
    """Take back what was just weighed with a wrong tare."""
    world, purchase = fetching.centre.world, fetching.waiting[village].pop()
    sourcing.void_purchase(by=world.keeper(village), purchase=purchase, reason=world.write(WRONG_TARE))


def _buy(trade: Trade, fetching: Fetching, village: str, producer: Producer, on: date, turn: int) -> None:
    random = trade.world.random
    wanted = trade.goods[turn % len(trade.goods)]
    product = wanted if wanted in producer.crops else trade.goods[0]
    kilos = random.randint(max(10, most_of(product) // 4), most_of(product))
    net, tare = kilos * 1_000 + random.randint(0, 9) * 100, CRATE * (1 + kilos // 20)
    given = PurchaseGiven(
        producer=producer.party.number,
        buyer=trade.shop.number,
        unit=trade.world.units[village].number,
        product=product,
        variety=trade.world.goods.variety(random, product, on),
        gross=Quantity(net + tare, Unit.KILOGRAM),
        tare=Quantity(tare, Unit.KILOGRAM),
        harvested_on=on - timedelta(days=random.randint(0, 2)),
        moisture=trade.world.goods.products[product].standard_moisture,
        price=price_of(trade, product, on),
        pay_rule=random.choice(RULES),
        sure=True,
        sure_of_price=True,
    )
    bought = sourcing.record_purchase(by=trade.world.keeper(village), given=given)
    fetching.waiting[village].append(bought)


def _note_tour(timeline: Timeline, tour: "TourStory") -> None:
    """Note a tour from its planning on the eve to the counting in; today's is planned and has not left."""
    on, late, day = tour.on, tour.late, tour.world.day
    timeline.note(moment(on - timedelta(days=1), 18.2), tour.plan)
    if on < day:
        timeline.note(moment(on, 8.5), tour.start)
        timeline.note(moment(on, 13 if not late else 19.5), tour.finish)
        timeline.note(moment(on, 14.5 if not late else 19.8), tour.count_in)
        timeline.note(moment(on, 14.8 if not late else 19.9), tour.give_back)
        timeline.note(moment(on, 15.5 if not late else 20.1), tour.grade)
    if (day - on).days > TOUR_EVERY:  # those of the last tour wait at the points
        timeline.note(moment(on + timedelta(days=1), 12), tour.hand_over)


class TourStory:
    """One tour: up with the goods of some villages."""

    def __init__(self, fetching: Fetching, on: date, number: int) -> None:
        self.fetching, self.centre, self.on, self.number = fetching, fetching.centre, on, number
        self.late = number % LATE_TOURS == 2
        self.tour: Tour | None = None
        self.consignments: list[Consignment] = []
        self.units: list[ServiceUnit] = []
        self.parcels: list[Parcel] = []
        self.refused: list[Parcel] = []

    def plan(self) -> None:
        """Make up the consignments of the points with the most to fetch, and put them on a tour."""
        centre = self.centre
        if centre.vehicle is None or not any(self.fetching.waiting.values()):
            return
        given = TourGiven(centre.vehicle.pk, centre.driver.pk, self.on, time(8, 30))
        self.tour = logistics.plan_tour(by=centre.clerk, unit_id=centre.unit.pk, given=given)
        waiting = self.fetching.waiting
        for village in sorted(filter(waiting.get, waiting), key=lambda code: (-len(waiting[code]), code))[
            : self.fetching.stops
        ]:
            self._fetch_at(self.world.units[village], waiting.pop(village))
        self.tour.refresh_from_db()
        self._announce_parcels()
        self.refused = [row for row in parcels.waiting_for(self.tour).parcels if row.is_refused]
        codes = [goods.number for goods in self.consignments]
        codes += [parcel.number for parcel in (*self.parcels, *self.refused)]
        logistics.assign(by=centre.clerk, tour=self.tour, version=self.tour.version, codes=codes)

    def _fetch_at(self, unit: ServiceUnit, purchases: list[Purchase]) -> None:
        centre, tour = self.centre, self.tour
        if tour is None:
            return
        tour.refresh_from_db()
        planned_at = time(8 + len(self.units) + 1, 30)
        logistics.add_stop(by=centre.clerk, tour=tour, version=tour.version, unit_id=unit.pk, planned_at=planned_at)
        made = logistics.create_consignment(
            by=self.world.keeper(unit.area_id),
            from_unit=unit,
            to_unit=centre.unit,
            lots=[(purchase.lot_id, purchase.net) for purchase in purchases],
            crates=sum(1 + purchase.net_steps // 20_000 for purchase in purchases),
        )
        self.consignments.append(made)
        self.units.append(unit)

    def _announce_parcels(self) -> None:
        """Let the carrier bring parcels for people of the first villages: the tour takes them down."""
        centre, world, random = self.centre, self.world, self.world.random
        lately = (world.day - self.on).days <= LATELY
        for number in range(PARCELS_LATELY if lately else PARCELS):
            unit = self.units[number % len(self.units)]
            new = NewParcel(
                Direction.DOWN,
                recipient=world.write(names.person(random, random.choice("fm"))),
                phone=names.mobile(next(world.mobiles)),
                from_unit_id=centre.unit.pk,
                to_unit_id=unit.pk,
                carrier_id=centre.carrier.pk if centre.carrier else None,
                weight_grams=random.randint(3, 60) * 100,
                waybill=f"SD{self.on:%y%m%d}{number}",
            )
            self.parcels.append(logistics.register_parcel(by=centre.clerk, new=new))

    def start(self) -> None:
        """Leave the yard."""
        if self.tour is not None:
            logistics.take_all(by=self._driver, tour=self.tour)
            logistics.start_tour(by=self._driver, tour=self.tour)

    def finish(self) -> None:
        """Have been everywhere, load what lay there, and come home."""
        if self.tour is None:
            return
        driver, tour = self._driver, self.tour
        if self.late:
            logistics.report_problem(by=driver, tour=tour, text=self.world.write(LATE))
        halts = self._tell_where()
        for stop, (came, left) in zip(tour.stops.order_by("place"), halts, strict=False):
            logistics.arrive(by=driver, tour=tour, stop_id=stop.pk, at=came)
            logistics.drop_all(by=driver, tour=tour, stop_id=stop.pk)
            logistics.take_all(by=driver, tour=tour, stop_id=stop.pk)
            logistics.leave(by=driver, tour=tour, stop_id=stop.pk, at=left)
        logistics.finish_tour(by=driver, tour=tour)

    def _tell_where(self) -> Iterable[tuple[datetime | None, datetime | None]]:
        """Let the phone tell where it was on a tour of the last days; return when it came to each stop and left."""
        if self.tour is None or (self.world.day - self.on).days > TRACKED_DAYS:
            return repeat((None, None))
        self.tour.refresh_from_db()
        drive = drive_of(self.tour, clock.now())
        if drive is None:
            return repeat((None, None))
        tell_drive(self._driver, self.tour, drive)
        return drive.halts

    def count_in(self) -> None:
        """Count the goods in; now and then less came than was sent."""
        for number, consignment in enumerate(self.consignments, self.number * self.fetching.stops):
            arrived, short = self._short(consignment) if number % SHORT_EVERY == 1 else ({}, None)
            logistics.receive_consignment(by=self.centre.packer, consignment=consignment, arrived=arrived, short=short)

    def give_back(self) -> None:
        """Give the carrier back what came home because nobody wanted it."""
        for parcel in self.refused:
            logistics.scan(by=self.centre.clerk, code=parcel.number, kind=ScanKind.RETURNED, unit=self.centre.unit)

    def _short(self, consignment: Consignment) -> tuple[dict[int, Quantity], Short]:
        """Return what came of the first lot, one part in fifty less than was sent, and why."""
        line = consignment.lines.order_by("id")[0]
        came = Quantity(line.sent_steps - line.sent_steps // 50, Unit.KILOGRAM)
        return {line.lot_id: came}, Short(LossReason.BRUISED, self.world.write(CRUSHED))

    def grade(self) -> None:
        """Test and grade what came; who is paid at grading is paid now."""
        for place, consignment in enumerate(self.consignments):
            found = lots.lots_by_id(consignment.lines.values_list("lot_id", flat=True))
            for number, lot_id in enumerate(sorted(found)):
                fails = (self.number, place, number) == (FAILING_TOUR, 0, 0)
                judge(self.centre, found[lot_id], fails=fails)
        if self.number % MIX_EVERY == 1:
            mix(self.centre)

    def hand_over(self) -> None:
        """Hand the parcels to whom they are for, with a photo: who comes has forgotten the code. A few are refused."""
        for number, parcel in enumerate(self.parcels):
            keeper = self.world.keeper(self.units[number % len(self.units)].area_id)
            if (self.number + number) % REFUSED_EVERY == 4:
                logistics.refuse(by=keeper, parcel=parcel, note=self.world.write(NOT_ORDERED))
                continue
            photo = ContentFile(self.fetching.photo(), name=f"{parcel.number}.jpg")
            logistics.hand_over(by=keeper, parcel=parcel, photo=photo)

    @property
    def world(self) -> World:
        """The demo in the making."""
        return self.centre.world

    @property
    def _driver(self) -> Actor:
        return self.world.as_actor(self.centre.driver)
