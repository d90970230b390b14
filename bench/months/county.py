"""A small county that shares its wheels: founded, staffed and contracted by the acts that people do on the pages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from random import Random
from typing import Any

from terrace.accounts import services as accounts
from terrace.catalog import services as catalog
from terrace.config.actors import actor_for
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.money import Money
from terrace.ledger import services as ledger
from terrace.logistics import services
from terrace.logistics.domain import TariffKind
from terrace.logistics.domain.agreements import Round
from terrace.logistics.domain.fleet import Equipment
from terrace.logistics.models import Agreement, Carrier, Vehicle
from terrace.logistics.services import AgreementGiven, TariffGiven, VehicleGiven, ZoneGiven
from terrace.network import services as network
from terrace.network.models import ServiceUnit
from terrace.network.services import Details
from terrace.registry import services as registry
from terrace.registry.domain import Kind
from terrace.registry.models import Party
from terrace.registry.services import Profile

CURRENCY = "CNY"
TOP, PREFECTURE, COUNTY = "62", "6212", "621226"
TOWNS, VILLAGES = 3, 4
VEHICLES = 3
ROUNDS = (Round(time(8), time(8, 30)), Round(time(13), time(13, 30)))
HEADS = "code,parent_code,level,name_zh,name_pinyin,latitude,longitude"
OUTLET, FLEET, BACK = (60, 15, 0), (110, 35, 1_000), (70, 20, 1_000)
"""Tariffs for all carriers: fen for a parcel, fen for each kilogram beyond the first grams of it."""


def fen(minor: int) -> Money:
    """Return so many fen."""
    return Money(minor, CURRENCY)


@dataclass(frozen=True, slots=True)
class Price:
    """What a parcel costs, reckoned here by hand: the month is not measured by the house's own arithmetic."""

    parcel: int
    kilo: int
    first: int

    def of(self, grams: int) -> int:
        """Return fen for a parcel of so many grams, rounded half up."""
        return self.parcel + (2 * self.kilo * max(0, grams - self.first) + 1_000) // 2_000


@dataclass(slots=True)
class Courier:
    """A courier company: how it hands over, what it agreed on, how much of its money comes late."""

    party: Party
    carrier: Carrier
    way: str
    near: Price | None = None
    far: Price | None = None
    minimum: int = 0
    agreement: Agreement | None = None
    is_short: bool = False
    deposits: int = 0
    paid_in: int = 0

    def price(self, path: str) -> Price | None:
        """Return what a parcel to the place at `path` costs, None where only the tariffs hold."""
        return self.near if path.startswith(near_town()) else self.far


@dataclass(slots=True)
class County:
    """Who works in the county and what there is."""

    random: Random
    centre: ServiceUnit
    manager: Actor
    clerk: Actor
    stations: list[ServiceUnit]
    points: list[ServiceUnit]
    keepers: dict[int, Actor]
    drivers: list[Actor]
    vehicles: list[Vehicle]
    couriers: list[Courier] = field(default_factory=list)
    households: dict[int, Party] = field(default_factory=dict)
    apples: Any = None

    @property
    def units(self) -> dict[int, ServiceUnit]:
        """All units by id."""
        return {unit.pk: unit for unit in (self.centre, *self.stations, *self.points)}

    def keeper(self, unit_id: int) -> Actor:
        """Return who works at a unit."""
        return self.keepers.get(unit_id, self.clerk)


def found(folder: Path, seed: int, on: date) -> County:
    """Found the county on the day `on`, the same for the same seed; the clock is the caller's."""
    random = Random(seed)
    file = folder / "areas.csv"
    file.write_text("\n".join([HEADS, *_areas()]) + "\n", encoding="utf-8")
    network.import_areas(by=SYSTEM, file=file)
    catalog.load_shipped_products(by=SYSTEM)
    people = _People()
    _unit(PREFECTURE, "Bureau", 0)
    centre = _unit(COUNTY, "Centre", 0)
    stations = [_unit(code, "Station", place) for place, code in enumerate(_towns(), start=1)]
    points = [_unit(code, "Point", place) for place, code in enumerate(_villages(), start=1)]
    keepers = {one.pk: people.posted("station-officer", one) for one in stations}
    keepers |= {one.pk: people.posted("point-keeper", one) for one in points}
    county = County(
        random=random,
        centre=centre,
        manager=people.posted("centre-manager", centre),
        clerk=people.posted("centre-clerk", centre),
        stations=stations,
        points=points,
        keepers=keepers,
        drivers=[people.posted("driver", centre) for _ in range(VEHICLES + 1)],
        vehicles=[],
    )
    _equip(county)
    _set_tariffs(county, on)
    county.couriers = list(_couriers(county, on))
    for point in points:
        profile = Profile(f"Household of {point.area_id}", point.area_id)
        county.households[point.pk] = registry.register_party(
            by=keepers[point.pk], kind=Kind.HOUSEHOLD, profile=profile
        )
    return county


def pay_in(county: County, courier: Courier, minor: int) -> None:
    """Book money that a courier company sent to the bank."""
    courier.deposits += 1
    reference = f"BANK-{courier.party.number}-{courier.deposits}"
    ledger.deposit(by=county.clerk, party=courier.party, amount=fen(minor), bank_reference=reference)
    courier.paid_in += minor


@dataclass(slots=True)
class _People:
    count: int = 0

    def posted(self, role: str, unit: ServiceUnit) -> Actor:
        """Let somebody in who holds a post."""
        self.count += 1
        name = f"{role} {self.count}"
        person = accounts.open_account(by=SYSTEM, name=name, username=name.replace(" ", "-"), area_path=unit.area_path)
        accounts.give_post(by=SYSTEM, person_id=person.pk, unit_id=unit.pk, role=role)
        return actor_for(person)


def near_town() -> str:
    """Return the code of the township that the near zones name."""
    return _towns()[0]


def _towns() -> list[str]:
    return [f"{COUNTY}{101 + town}" for town in range(TOWNS)]


def _villages() -> list[str]:
    return [f"{town}{201 + village}" for town in _towns() for village in range(VILLAGES)]


def _areas() -> Iterator[str]:
    yield f"{TOP},,province,陇省,Long,,"
    yield f"{PREFECTURE},{TOP},prefecture,河湾市,He Wan,,"
    yield f"{COUNTY},{PREFECTURE},county,石桥县,Shi Qiao,33.9,105.3"
    for place, town in enumerate(_towns()):
        yield f"{town},{COUNTY},township,柳坡{place}镇,Liu Po {place},{33.92 + place / 20:.4f},{105.3 + place / 20:.4f}"
    for place, village in enumerate(_villages()):
        north, east = 33.93 + place / 60, 105.3 + place % VILLAGES / 30
        yield f"{village},{village[:9]},village,梯田{place}村,Ti Tian {place},{north:.4f},{east:.4f}"


def _unit(code: str, kind: str, place: int) -> ServiceUnit:
    details = Details(names={"en": f"{kind} {place}", "zh-hans": f"{kind}{place}"})
    return network.found_unit(by=SYSTEM, area=code, details=details)


def _equip(county: County) -> None:
    for place in range(VEHICLES):
        given = VehicleGiven(f"甘K 1000{place}", 1_500_000, is_cold=place == 0)
        vehicle = services.add_vehicle(by=county.clerk, unit_id=county.centre.pk, given=given)
        has = Equipment(
            cold_grams=500_000 if place == 0 else 0, wear_per_km_minor=30, per_day_minor=5_000, reloads=place % 2
        )
        services.equip_vehicle(by=county.clerk, vehicle=vehicle, version=vehicle.version, given=has)
        county.vehicles.append(vehicle)


def _set_tariffs(county: County, on: date) -> None:
    tariffs = {TariffKind.OUTLET: OUTLET, TariffKind.FLEET: FLEET, TariffKind.RETURN: BACK}
    for kind, (parcel, kilo, first) in tariffs.items():
        given = TariffGiven(kind, COUNTY, on, fen(parcel), fen(kilo), first)
        services.set_tariff(by=county.manager, given=given)


def _couriers(county: County, on: date) -> Iterator[Courier]:
    """Yield five: two hand over files, one a program's rows, two one parcel after another; three have agreements."""
    kinds = (
        ("Swift Crane", "file", Price(180, 40, 1_000), Price(260, 70, 1_000), 100_000, False),
        ("Cloud Post", "file", None, None, 0, False),
        ("River Express", "rows", Price(150, 30, 500), Price(240, 60, 500), 100, False),
        ("Terrace Mail", "one", None, None, 0, True),
        ("Ridge Courier", "one", Price(50, 10, 0), Price(90, 15, 0), 0, False),
    )
    for name, way, near, far, minimum, is_short in kinds:
        party = registry.register_party(by=county.clerk, kind=Kind.ENTERPRISE, profile=Profile(name, COUNTY))
        carrier = services.add_carrier(by=county.manager, unit_id=county.centre.pk, party=party.number)
        made = Courier(party, carrier, way, near, far, minimum, is_short=is_short)
        if near and far:
            zones = (_zone("Near", near, (near_town(),)), _zone("Far", far, ()))
            given = AgreementGiven(on, zones, minimum=fen(minimum), rounds=ROUNDS if minimum else ())
            made.agreement = services.agree(by=county.manager, carrier=carrier, given=given)
        pay_in(county, made, 500 if is_short else 400_000)
        yield made


def _zone(name: str, price: Price, areas: tuple[str, ...]) -> ZoneGiven:
    parcel, kilo = fen(price.parcel), fen(price.kilo)
    back = Price(price.parcel // 2, price.kilo // 2, price.first)
    return ZoneGiven(name, parcel, kilo, price.first, fen(back.parcel), fen(back.kilo), areas)
