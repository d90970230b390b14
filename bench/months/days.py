"""The days of the month: what carriers, keepers, drivers and clerks do, with the mistakes that people make."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bench.months.county import CURRENCY, County, Courier, pay_in
from terrace.catalog.models import Product
from terrace.http.workbooks import GivenRow
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.ledger import queries as books
from terrace.logistics import services
from terrace.logistics.domain import ConsignmentStatus, Direction, LoadState, ParcelStatus, ScanKind, TourStatus
from terrace.logistics.domain.cash import CashWay
from terrace.logistics.domain.handing_in import FileState, suggested
from terrace.logistics.domain.plans import PlanState
from terrace.logistics.domain.routing import RoutePlanner
from terrace.logistics.domain.tours import ToldKind
from terrace.logistics.models import Consignment, Parcel, Tour
from terrace.logistics.services import NewParcel, PlanGiven, ToldAct
from terrace.messaging.models import OutgoingMessage
from terrace.traceability import services as tracing
from terrace.traceability.domain import LossReason, NewLot

TITLES = ("运单号", "收件人", "电话", "重量", "村", "代收货款")
CODE = re.compile(r"(?<![\w-])\d{6}(?!\w)")


@dataclass(slots=True)
class Month:
    """What happens in the county; `refused` counts what services would not do, by the error's code."""

    county: County
    planner: RoutePlanner
    now: datetime
    seconds: int = 5
    asked: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    did: Counter[str] = field(default_factory=Counter)

    def do(self, act: Callable[..., Any], /, **told: Any) -> Any:
        """Do something at the present moment of the story, a little after what was done before."""
        self.now += timedelta(seconds=15)
        with clock.told(self.now):
            return act(**told)

    def attempt(self, act: Callable[..., Any], /, **told: Any) -> Any:
        """Do what may be refused as the day has gone; None where it was."""
        try:
            return self.do(act, **told)
        except DomainError as refused:
            self.refused[refused.code] += 1
            return None

    def chance(self, percent: float) -> bool:
        """Throw the dice."""
        return self.county.random.random() * 100 < percent

    def live(self, on: date, parcels: int) -> None:
        """Live through a day on which so many parcels are announced."""
        self.now = clock.begin_of(on) + timedelta(hours=6)
        self.jobs()
        self._announce(parcels)
        self._send_up(max(1, parcels // 5))
        self._harvest()
        self._drive(on)
        self.now = max(self.now, clock.begin_of(on) + timedelta(hours=17))
        self._at_the_points()
        self._at_the_centre()
        if on.isoweekday() == 1:
            self.hand_in()

    def jobs(self) -> None:
        """Run the jobs that run by themselves."""
        for job in (services.post_fees, services.remind_recipients, services.charge_months, services.reckon_costs):
            self.do(job)
        self.do(services.empty_parcels)

    def settle(self) -> None:
        """Bring in what is owed at the end: cash to the bank, and the money that came late."""
        self.hand_in()
        for courier in self.county.couriers:
            self.do(pay_in, county=self.county, courier=courier, minor=1_000_000)
        self.jobs()

    def hand_in(self) -> None:
        """Let all units hand in their cash, and the centre pay it in."""
        county = self.county
        for unit_id, owed in sorted(books.cash_owed_by_units().items()):
            if unit_id != county.centre.pk and owed:
                unit = county.units[unit_id]
                self.do(services.hand_in_cash, by=county.clerk, unit=unit, centre=county.centre, amount=owed)
        to_bank = books.cash_owed_by_units([county.centre.pk]).get(county.centre.pk)
        if to_bank:
            reference = f"CASH-{self.now:%Y%m%d%H%M%S}"
            told = {"by": county.clerk, "centre": county.centre, "amount": to_bank, "bank_reference": reference}
            self.do(services.bank_cash, **told)

    def _announce(self, parcels: int) -> None:
        rows: dict[int, list[dict[str, str]]] = {}
        for _ in range(parcels):
            place = self.county.random.randrange(len(self.county.couriers))
            rows.setdefault(place, []).append(self._row(place))
        for place, found in sorted(rows.items()):
            courier = self.county.couriers[place]
            {"file": self._by_file, "rows": self._by_rows, "one": self._by_one}[courier.way](courier, found)
            if courier.is_short and self.chance(20):
                self.do(pay_in, county=self.county, courier=courier, minor=2_000)
        clerk, centre = self.county.clerk, self.county.centre
        waits = Parcel.objects.filter(direction=Direction.DOWN, status=ParcelStatus.REGISTERED).order_by("id")
        for parcel in list(waits):
            for _again in range(0 if self.chance(8) else 2 if self.chance(10) else 1):
                self.do(services.scan, by=clerk, code=parcel.waybill, kind=ScanKind.ARRIVED, unit=centre)

    def _row(self, place: int) -> dict[str, str]:
        """Return a parcel as a carrier tells it; its village is named by its code."""
        self.asked += 1
        random, number = self.county.random, self.asked
        point = random.choice(self.county.points)
        grams = random.choice((300, 800, 1_250, 2_400, 5_555, 12_345))
        cod = f"{random.randrange(500, 20_000) / 100:.2f}" if random.random() < 0.2 else ""
        return {
            "waybill": f"C{place}X{number:06}",
            "recipient": f"Recipient {number}",
            "phone": f"139{number:08}",
            "weight": f"{grams / 1000:.3f}",
            "place": point.area_id,
            "cod": cod,
        }

    def _by_file(self, courier: Courier, rows: list[dict[str, str]]) -> None:
        clerk, carrier = self.county.clerk, courier.carrier
        lines = [",".join(TITLES), *(",".join(row.values()) for row in rows)]
        content = "\n".join(lines).encode()
        told = {"by": clerk, "carrier": carrier, "content": content, "file_name": f"{self.now:%d}.csv"}
        for again in range(2 if self.chance(15) else 1):
            file = self.do(services.take_file, **told)
            if file.state == FileState.TO_MAP:
                self.do(services.map_columns, by=clerk, file=file, columns=suggested(TITLES))
            (self.attempt if again else self.do)(services.hand_in, by=clerk, file=file)

    def _by_rows(self, courier: Courier, rows: list[dict[str, str]]) -> None:
        given = [GivenRow("", number, row) for number, row in enumerate(rows, start=2)]
        for _again in range(2 if self.chance(15) else 1):
            self.do(services.announce_many, by=self.county.clerk, carrier=courier.carrier, rows=given)

    def _by_one(self, courier: Courier, rows: list[dict[str, str]]) -> None:
        at = {unit.area_id: unit for unit in self.county.points}
        for row in rows:
            new = NewParcel(
                Direction.DOWN,
                recipient=row["recipient"],
                phone=row["phone"],
                from_unit_id=self.county.centre.pk,
                to_unit_id=at[row["place"]].pk,
                carrier_id=courier.party.pk,
                weight_grams=round(float(row["weight"]) * 1000),
                waybill=row["waybill"],
                cod=Money.parse(row["cod"], CURRENCY, field="cod") if row["cod"] else None,
            )
            self.do(services.register_parcel, by=self.county.clerk, new=new)

    def _send_up(self, parcels: int) -> None:
        """Let households send parcels, some of which are returns to the centre, and some wanted back."""
        for _ in range(parcels):
            self.asked += 1
            point = self.county.random.choice(self.county.points)
            keeper, is_return = self.county.keeper(point.pk), self.chance(15)
            new = NewParcel(
                Direction.UP,
                recipient=f"Buyer {self.asked}",
                phone=f"139{self.asked:08}",
                region="Shaanxi",
                address="12 Willow Lane",
                from_unit_id=point.pk,
                to_unit_id=self.county.centre.pk if is_return else None,
                weight_grams=3_000,
                sender_id=self.county.households[point.pk].pk,
            )
            parcel = self.do(services.register_parcel, by=keeper, new=new)
            if self.chance(8):
                self.attempt(services.call_back, by=keeper, parcel=parcel)
            elif self.chance(5):
                self.attempt(services.withdraw_parcel, by=keeper, parcel=parcel)

    def _harvest(self) -> None:
        """Make up a consignment of apples at some points."""
        apples = Product.objects.get(code="apple")
        for point in self.county.points:
            if not self.chance(20):
                continue
            keeper, weighed = self.county.keeper(point.pk), Quantity(40_000, Unit.KILOGRAM)
            owner = self.county.households[point.pk]
            new = NewLot(apples.pk, None, weighed, owner.pk, point.area_id, point.pk)
            lot = self.do(tracing.create_lot, by=keeper, new=new)
            told = {"by": keeper, "from_unit": point, "to_unit": self.county.centre, "crates": 2}
            self.do(services.create_consignment, **told, lots=[(lot.pk, weighed)])

    def _drive(self, on: date) -> None:
        """Plan the day, approve, and drive all that was planned; a day without work passes."""
        clerk, centre = self.county.clerk, self.county.centre
        plan = self.attempt(
            services.begin_plan, by=clerk, unit_id=centre.pk, given=PlanGiven(on, self.seconds, seed=on.day)
        )
        if plan is None:
            return
        self.do(services.run_search, plan_id=plan.pk, planner=self.planner)
        plan.refresh_from_db()
        self.did[f"plan {plan.state}"] += 1
        if plan.state != PlanState.READY:
            self.do(services.drop_plan, by=clerk, plan=plan, version=plan.version)
            return
        drivers = {vehicle.pk: self.county.drivers[at].person_id for at, vehicle in enumerate(self.county.vehicles)}
        used = {plan.fleet[route.vehicle] for route in plan.plan.routes}
        chosen = {pk: drivers[pk] for pk in used}
        approved = self.do(services.approve_plan, by=clerk, plan=plan, version=plan.version, drivers=chosen)
        for tour in sorted(approved.tours, key=lambda tour: (tour.starts_at, tour.pk)):
            self._tour(tour)

    def _tour(self, tour: Tour) -> None:
        driver = next(one for one in self.county.drivers if one.person_id == tour.driver_id)
        if self.chance(5):
            tour.refresh_from_db()
            self.do(services.cancel_tour, by=self.county.clerk, tour=tour, version=tour.version)
            self.did["tours cancelled"] += 1
            return
        if self.chance(30):
            self._without_network(driver, tour)
        else:
            self._with_network(driver, tour)
        tour.refresh_from_db()
        if tour.status == TourStatus.UNDER_WAY:
            self.do(services.finish_tour, by=driver, tour=tour)
        self.did["tours"] += 1

    def _with_network(self, driver: Actor, tour: Tour) -> None:
        self.do(services.start_tour, by=driver, tour=tour)
        self.do(services.take_all, by=driver, tour=tour)
        stops = list(tour.stops.order_by("place"))
        units = self.county.units
        for stop in stops:
            self.now += timedelta(minutes=12)
            self.do(services.arrive, by=driver, tour=tour, stop_id=stop.pk)
            for load in tour.loads.filter(state=LoadState.LOADED, parcel__isnull=False).select_related("parcel"):
                told = {"by": driver, "code": str(load.parcel), "tour": tour}
                if self.chance(1.5):
                    self.do(services.scan, **told, kind=ScanKind.MISSING)
                elif load.drop_at_id == stop.pk and self.chance(2):
                    self.do(services.scan, **told, kind=ScanKind.DAMAGED)
                elif load.drop_at_id not in (None, stop.pk) and self.chance(1.5):
                    self.do(services.scan, **told, kind=ScanKind.ARRIVED, unit=units[stop.unit_id])
            self.do(services.drop_all, by=driver, tour=tour, stop_id=stop.pk)
            self.do(services.take_all, by=driver, tour=tour, stop_id=stop.pk)
            self.do(services.leave, by=driver, tour=tour, stop_id=stop.pk)
        self.do(services.finish_tour, by=driver, tour=tour)

    def _without_network(self, driver: Actor, tour: Tour) -> None:
        """Drive, and let the phone tell all in the evening: some of it twice, now and then in any order."""
        acts = [ToldAct(tour.number, ToldKind.START, self.now)]
        at = self.now
        loads = list(tour.loads.select_related("parcel", "consignment").order_by("pk"))

        def note(kind: ToldKind, stop_id: int | None = None, code: str = "") -> None:
            nonlocal at
            at += timedelta(minutes=1)
            acts.append(ToldAct(tour.number, kind, at, stop_id, code))

        def number_of(load: Any) -> str:
            return str((load.parcel or load.consignment).number)

        for load in loads:
            if load.take_at_id is None:
                note(ToldKind.LOADED, code=number_of(load))
        for stop in tour.stops.order_by("place"):
            note(ToldKind.ARRIVE, stop.pk)
            for load in loads:
                if load.drop_at_id == stop.pk:
                    note(ToldKind.UNLOADED, stop.pk, number_of(load))
                elif load.take_at_id == stop.pk:
                    note(ToldKind.LOADED, code=number_of(load))
            note(ToldKind.LEAVE, stop.pk)
        note(ToldKind.FINISH)
        acts += [act for act in acts if self.chance(10)]
        if self.chance(30):
            self.county.random.shuffle(acts)
        self.now = at + timedelta(minutes=30)
        for act in acts:
            self.attempt(services.tell_act, by=driver, act=act)
        tour.refresh_from_db()
        if tour.status == TourStatus.PLANNED:
            self.do(services.cancel_tour, by=self.county.clerk, tour=tour, version=tour.version)
        self.did["tours without network"] += 1

    def _at_the_points(self) -> None:
        shelved = Parcel.objects.filter(direction=Direction.DOWN, ended_at=None, is_refused=False)
        for parcel in list(shelved.filter(unit_at__in=list(self.county.keepers)).order_by("id")):
            keeper = self.county.keeper(parcel.unit_at_id or 0)
            if parcel.unit_at_id != parcel.to_unit_id:
                continue
            if parcel.status == ParcelStatus.DAMAGED and self.chance(50):
                self.do(services.refuse, by=keeper, parcel=parcel)
            elif parcel.keep_until and self.now > parcel.keep_until:
                act, told = (services.keep_longer, {"days": 3}) if self.chance(40) else (services.send_back, {})
                self.attempt(act, by=keeper, parcel=parcel, **told)
            elif parcel.pk % 12 and self.chance(60):
                self._fetch(keeper, parcel)
        for parcel in list(Parcel.objects.filter(direction=Direction.UP, called_back_at__isnull=False, ended_at=None)):
            self._send_home(parcel)

    def _send_home(self, parcel: Parcel) -> None:
        if parcel.unit_at_id is None:
            return
        keeper, unit = self.county.keeper(parcel.unit_at_id), self.county.units[parcel.unit_at_id]
        if parcel.unit_at_id == parcel.from_unit_id:
            self.do(services.scan, by=keeper, code=parcel.number, kind=ScanKind.RETURNED, unit=unit)
        else:
            self.attempt(services.send_home, by=keeper, parcel=parcel)

    def _fetch(self, keeper: Actor, parcel: Parcel) -> None:
        """Let the recipient come: with the code, somebody else, a signature, a photo; or to refuse it."""
        told: dict[str, Any] = {"by": keeper, "parcel": parcel}
        if self.chance(4):
            self.do(services.refuse, **told)
            return
        told["paid"] = self.county.random.choice(list(CashWay)) if parcel.cod else None
        if parcel.status == ParcelStatus.DAMAGED or not parcel.code or self.chance(20):
            proof = self.county.random.choice(("photo", "signature"))
            self.do(services.hand_over, **told, **{proof: _picture()})
            return
        if self.chance(10):
            self.attempt(services.hand_over, **told, code="no code")
        code = self._code_sent_to(parcel.phone)
        if self.chance(15):
            phone = f"138{parcel.pk:08}"
            named = {"code": code, "name": "A neighbour", "phone": phone}
            self.do(services.name_collector, by=keeper, parcel=parcel, **named)
            code = self._code_sent_to(f"+86{phone}")
        self.do(services.hand_over, **told, code=code)
        if self.chance(10):
            self.do(services.hand_over, **told, code=code)

    def _code_sent_to(self, phone: str) -> str:
        sent = OutgoingMessage.objects.filter(address=phone).order_by("-id")
        return next(str(found[0]) for text in sent.values_list("text", flat=True) if (found := CODE.findall(text)))

    def _at_the_centre(self) -> None:
        clerk, centre = self.county.clerk, self.county.centre
        for parcel in list(Parcel.objects.filter(ended_at=None).exclude(status=ParcelStatus.REGISTERED).order_by("id")):
            told = {"by": clerk, "code": parcel.number}
            is_here = parcel.unit_at_id == centre.pk
            if parcel.direction == Direction.DOWN and is_here and parcel.is_refused:
                self.do(services.scan, **told, kind=ScanKind.RETURNED, unit=centre)
            elif parcel.status == ParcelStatus.MISSING and self.now - parcel.seen_at > timedelta(days=2):
                kind = ScanKind.LOST if self.chance(30) else ScanKind.ARRIVED
                self.do(services.scan, **told, kind=kind, unit=centre)
            elif (
                parcel.direction == Direction.UP and is_here and parcel.leaves_by_carrier and not parcel.called_back_at
            ):
                courier = self.county.random.choice(self.county.couriers).party.pk
                way = {"waybill": f"U{parcel.pk:07}", "carrier_id": courier}
                self.do(services.hand_to_carrier, by=clerk, parcel=parcel, **way)
            elif parcel.status in (ParcelStatus.WITH_CARRIER, ParcelStatus.IN_TRANSIT):
                said = (ParcelStatus.IN_TRANSIT, ParcelStatus.DELIVERED, ParcelStatus.DELIVERED, ParcelStatus.RETURNED)
                status = self.county.random.choice(said)
                for _again in range(2 if self.chance(10) else 1):
                    self.do(services.carrier_says, by=clerk, parcel=parcel, status=status)
        for goods in list(Consignment.objects.filter(status=ConsignmentStatus.TO_COUNT).order_by("id")):
            lacks = self.chance(10)
            arrived = {line.lot_id: Quantity(38_000, Unit.KILOGRAM) for line in goods.lines.all()} if lacks else {}
            short = services.Short(LossReason.MISSING, "2 kg lacked") if lacks else None
            self.do(services.receive_consignment, by=clerk, consignment=goods, arrived=arrived, short=short)


def _picture() -> SimpleUploadedFile:
    picture = BytesIO()
    Image.new("RGB", (8, 8), "white").save(picture, "PNG")
    return SimpleUploadedFile("proof.png", picture.getvalue(), "image/png")
