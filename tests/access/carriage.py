"""What one side of the world moves and pays: a carrier, a vehicle, parcels, goods, a tour, accounts, payouts."""

from __future__ import annotations

from datetime import time, timedelta

from terrace.accounts.models import Post
from terrace.http.workbooks import GivenRow
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.ledger import services as ledger
from terrace.ledger.models import Payout
from terrace.logistics import services
from terrace.logistics.domain import Direction, ScanKind, TariffKind
from terrace.logistics.domain.cash import CashWay
from terrace.logistics.domain.sscc import UnitKind
from terrace.logistics.models import Carrier, Load, Parcel, ScanPhoto, UnplacedParcel
from terrace.logistics.services import NewParcel, TariffGiven, TourGiven, VehicleGiven
from terrace.logistics.services.codes import mark_of
from terrace.network.models import ServiceUnit
from terrace.registry.models import Party
from terrace.traceability import services as traceability
from terrace.traceability.domain import EventKind
from terrace.traceability.models import Lot
from tests import factories
from tests.conftest import Member
from tests.logistics.planned import plan_day, put_on_the_map
from tests.market.selling import a_photo

Values = dict[str, str | int]
CODE = "123456"
"""The pick-up code of the parcel that lies on the shelf."""


def carriage_of(point: ServiceUnit, lot: Lot) -> Values:
    """Let a carrier's parcel and a lot's goods wait, and a tour fetch the goods; return what addresses name of them."""
    county = point.area_path[:6]
    centre, packing = _centre(county), _where_they_pack(county)
    courier = factories.PartyFactory(area=factories.AreaFactory(code=county), kind="enterprise")
    carrier = services.add_carrier(by=SYSTEM, unit_id=centre.pk, party=courier.number)
    vehicle = services.add_vehicle(by=SYSTEM, unit_id=centre.pk, given=VehicleGiven(f"甘K {county}", 800_000))
    begins = clock.today() + timedelta(days=30)
    fee = Money(50, "CNY")
    services.set_tariff(by=SYSTEM, given=TariffGiven(TariffKind.OUTLET, county, begins, fee, fee))
    later = services.AgreementGiven(begins, [services.ZoneGiven("All areas", fee, fee)])
    agreement = services.agree(by=SYSTEM, carrier=carrier, given=later)
    parcel = services.register_parcel(
        by=SYSTEM,
        new=NewParcel(
            Direction.DOWN, "Zhao Suqin", "13993901234", centre.pk, 900, to_unit_id=point.pk, carrier_id=courier.pk
        ),
    )
    goods = services.create_consignment(
        by=SYSTEM, from_unit=point, to_unit=centre, lots=[(lot.pk, Quantity(20_000, Unit.KILOGRAM))], crates=1
    )
    driver = _posted("driver", centre).person
    given = TourGiven(vehicle.pk, driver.pk, clock.today(), time(8))
    tour = services.plan_tour(by=SYSTEM, unit_id=centre.pk, given=given)
    services.add_stop(by=SYSTEM, tour=tour, version=1, unit_id=point.pk)
    services.assign(by=SYSTEM, tour=tour, version=2, codes=[goods.number])
    up = services.register_parcel(by=SYSTEM, new=NewParcel(Direction.UP, "Wang Li", "13993905678", point.pk, 900))
    put_on_the_map(centre, point)
    plan = plan_day(centre, _posted("centre-manager", centre).actor, clock.today() + timedelta(days=1))
    wind = services.ConditionGiven(clock.today(), "Strong wind", pace_percent=50, unit_id=point.pk, radius_m=500)
    condition = services.add_condition(by=SYSTEM, centre_id=centre.pk, given=wind)
    ends = {"from_latitude": "33.91", "from_longitude": "105.3", "to_latitude": "33.95", "to_longitude": "105.3"}
    edge = GivenRow("", 2, {**ends, "metres": "5000", "kmh": "40", "one_way": ""})
    network = services.take_network(by=SYSTEM, centre_id=centre.pk, name="roads.csv", rows=[edge])
    services.number_units(by=SYSTEM, consignment=goods, kind=UnitKind.CRATE, count=1)
    return {
        **_on_the_way(centre, point, lot, courier),
        **_paid_at_the_counter(centre, point, courier),
        "plan": plan.number,
        "condition_id": condition.pk,
        "network_id": network.pk,
        "unit_account": ledger.account_of_unit(point.pk).number,
        "tour_unit": centre.number,
        "stop_unit": ServiceUnit.objects.filter(area_id=point.area_path[:9]).order_by("pk")[0].number,
        "driver_id": driver.pk,
        "centre_unit": packing.number,
        "lot_at_centre": _lot_at(packing, lot).number,
        "carrier": courier.number,
        "carrier_number": carrier.number,
        "agreement_id": agreement.pk,
        **_handed_in(carrier),
        "vehicle": vehicle.number,
        "parcel": parcel.number,
        "parcel_up": up.number,
        "consignment": goods.number,
        "tour": tour.number,
        "stop_id": tour.stops.get(place=1).pk,
        "load_id": Load.objects.get(tour=tour).pk,
    }


def _on_the_way(centre: ServiceUnit, point: ServiceUnit, lot: Lot, courier: Party) -> Values:
    """Let a tour be under way, goods wait to be counted, and a parcel lie where it is handed over for a known code."""
    vehicle = services.add_vehicle(by=SYSTEM, unit_id=centre.pk, given=VehicleGiven(f"甘K {centre.pk}", 800_000))
    driver = factories.PostFactory(unit=centre, role="driver").person
    given = TourGiven(vehicle.pk, driver.pk, clock.today(), time(9))
    tour = services.plan_tour(by=SYSTEM, unit_id=centre.pk, given=given)
    stop = services.add_stop(by=SYSTEM, tour=tour, version=1, unit_id=point.pk)
    services.start_tour(by=SYSTEM, tour=tour)
    lots = [(lot.pk, Quantity(1_000, Unit.KILOGRAM))]
    goods = services.create_consignment(by=SYSTEM, from_unit=point, to_unit=centre, lots=lots, crates=1)
    services.scan(by=SYSTEM, code=goods.number, kind=ScanKind.ARRIVED, unit=centre)
    new = NewParcel(
        Direction.DOWN, "Zhao Suqin", "13993901234", centre.pk, 900, to_unit_id=point.pk, carrier_id=courier.pk
    )
    parcel = services.register_parcel(by=SYSTEM, new=new)
    services.scan(by=SYSTEM, code=parcel.number, kind=ScanKind.ARRIVED, unit=point)
    Parcel.objects.filter(pk=parcel.pk).update(code=mark_of(parcel.number, CODE))
    return {
        "driven_tour": tour.number,
        "driven_stop": stop.pk,
        "counted_goods": goods.number,
        "shelved_parcel": parcel.number,
        **_handed_over(new, point),
    }


def _handed_in(carrier: Carrier) -> Values:
    """Take in a file of the carrier's, and a parcel whose village nobody knows."""
    content = f"waybill,recipient,phone,weight,address\nF{carrier.pk},Zhao,13993901234,1,nowhere\n".encode()
    file = services.take_file(by=SYSTEM, carrier=carrier, content=content, file_name="parcels.csv")
    columns = {need: need for need in ("waybill", "recipient", "phone", "weight", "address")}
    services.map_columns(by=SYSTEM, file=file, columns=columns)
    row = GivenRow("", 1, {**columns, "waybill": f"U{carrier.pk}", "phone": "13993901234", "weight": "1"})
    services.announce_many(by=SYSTEM, carrier=carrier, rows=[row])
    return {"file_id": file.pk, "unplaced_id": UnplacedParcel.objects.get(carrier=carrier).pk}


def _handed_over(new: NewParcel, point: ServiceUnit) -> Values:
    """Hand a parcel over with a photo."""
    parcel = services.register_parcel(by=SYSTEM, new=new)
    services.scan(by=SYSTEM, code=parcel.number, kind=ScanKind.ARRIVED, unit=point)
    services.hand_over(by=SYSTEM, parcel=parcel, photo=a_photo(size=(30, 20)))
    return {"photo_parcel": parcel.number, "scan_id": ScanPhoto.objects.get(scan__parcel=parcel).scan_id}


def _paid_at_the_counter(centre: ServiceUnit, point: ServiceUnit, courier: Party) -> Values:
    """Let a recipient pay for a parcel in cash, of which the point has handed in a part."""
    new = NewParcel(
        Direction.DOWN,
        "Zhao Suqin",
        "13993901234",
        centre.pk,
        900,
        to_unit_id=point.pk,
        carrier_id=courier.pk,
        cod=Money(8_000, "CNY"),
    )
    parcel = services.register_parcel(by=SYSTEM, new=new)
    services.scan(by=SYSTEM, code=parcel.number, kind=ScanKind.ARRIVED, unit=point)
    services.hand_over(by=SYSTEM, parcel=parcel, photo=a_photo(size=(30, 20)), paid=CashWay.NOTES)
    receipt = services.hand_in_cash(by=SYSTEM, unit=point, centre=centre, amount=Money(3_000, "CNY"))
    return {"cash_unit": point.number, "cash_receipt": receipt.number}


def money_of(household: Party, shop: Party) -> Values:
    """Let money come in for a household and a shop, and prepare what is paid out; return what addresses name."""
    amount = Money(5_000, "CNY")
    deposit = ledger.deposit(by=SYSTEM, party=household, amount=amount, bank_reference=f"bank of {household.number}")
    given = ledger.PayoutsGiven(household.area_path[:6], Money(100, "CNY"), "Sales in autumn")
    run = ledger.prepare_payouts(by=_posted("centre-clerk", _centre(household.area_path)).actor, given=given)
    return {
        "account": ledger.account_of_party(shop.pk).number,
        "transfer": deposit.number,
        "payout_run": run.number,
        "payout": Payout.objects.get(run=run).number,
    }


def _lot_at(centre: ServiceUnit, lot: Lot) -> Lot:
    """Return a part of a lot that has come to the centre, where its buyer's orders are packed from it."""
    part = traceability.split_lot(by=SYSTEM, lot=lot, parts=[Quantity(10_000, Unit.KILOGRAM)])[0]
    traceability.note(by=SYSTEM, lot_ids=[part.pk], kind=EventKind.SENT, unit_id=lot.unit_at_id)
    traceability.note(by=SYSTEM, lot_ids=[part.pk], kind=EventKind.ARRIVED, unit_id=centre.pk)
    return part


def _centre(path: str) -> ServiceUnit:
    return ServiceUnit.objects.filter(area_id=path[:6]).order_by("pk")[0]


def _where_they_pack(county: str) -> ServiceUnit:
    post = Post.objects.filter(area_path=county, role="packer").order_by("pk").first()
    return post.unit if post else _centre(county)


def _posted(role: str, centre: ServiceUnit) -> Member:
    """Return somebody with that role at the centre: of the cast where there is one."""
    found = Post.objects.filter(unit=centre, role=role).order_by("pk").first()
    return Member((found or factories.PostFactory(unit=centre, role=role)).person)
