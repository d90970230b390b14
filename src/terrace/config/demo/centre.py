"""What everybody who trades in a county shares: the people of its centre, a carrier, a van, and what they are paid."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from terrace.accounts.models import Person
from terrace.config.demo import names
from terrace.config.demo.cast import COUNTY
from terrace.config.demo.wording import Wording
from terrace.config.demo.world import World, names_of
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.ledger import services as ledger
from terrace.logistics import services as logistics
from terrace.logistics.domain import TariffKind
from terrace.logistics.models import Vehicle
from terrace.logistics.services import TariffGiven, VehicleGiven
from terrace.market import services as market
from terrace.market.services import AgreementGiven
from terrace.network.models import ServiceUnit
from terrace.registry import services as registry
from terrace.registry.domain import Kind
from terrace.registry.models import Party
from terrace.registry.services import Profile

CARRIER = Wording("云鹤快递", "Swift Crane Express")
TARIFFS = ((TariffKind.CARRIER, 250, 60), (TariffKind.FLEET, 30, 8), (TariffKind.OUTLET, 120, 30))
"""In fen for a parcel and for each of its kilograms."""
PAYLOAD = 6_000_000
"""Grams that the van carries."""


@dataclass(slots=True)
class Centre:
    """The centre of a county; its carrier and its van come to be when the first who trades there begins."""

    world: World
    county: str = COUNTY
    carrier: Party | None = None
    vehicle: Vehicle | None = None
    deposits: Counter[str] = field(default_factory=Counter)
    """How often each party has brought money, by number."""

    @property
    def unit(self) -> ServiceUnit:
        """Where goods are graded and packed."""
        return self.world.units[self.county]

    @property
    def manager(self) -> Actor:
        """Who agrees with carriers and sets tariffs."""
        return self.world.at_post("centre-manager", self.county)

    @property
    def clerk(self) -> Actor:
        """Who plans tours, confirms payments and pays out."""
        return self.world.at_post("centre-clerk", self.county)

    @property
    def packer(self) -> Actor:
        """Who takes in, grades and packs."""
        return self.world.at_post("packer", self.county)

    @property
    def driver(self) -> Person:
        """Who drives."""
        return self.world.staff["driver", self.county]

    def open(self, on: date) -> None:
        """Register the carrier, buy a van, set the tariffs from `on`: what everybody is paid by. Once is enough."""
        if self.carrier is not None:
            return
        manager, unit, currency = self.manager, self.unit, current().currency
        phone = names.mobile(next(self.world.mobiles))
        profile = Profile(self._carriers_name(), self.county, phone=phone, email="dispatch@example.org")
        self.carrier = registry.register_party(by=self.clerk, kind=Kind.ENTERPRISE, profile=profile)
        logistics.add_carrier(by=manager, unit_id=unit.pk, party=self.carrier.number)
        given = VehicleGiven(f"甘K1A{self.county[-2:]}", PAYLOAD)
        self.vehicle = logistics.add_vehicle(by=manager, unit_id=unit.pk, given=given)
        terms = AgreementGiven(self.county, on, platform_permille=20, packing=Money(150, currency), confirm_days=7)
        market.make_agreement(by=manager, given=terms)
        for kind, parcel, kilo in TARIFFS:
            tariff = TariffGiven(kind, self.county, on, Money(parcel, currency), Money(kilo, currency))
            logistics.set_tariff(by=manager, given=tariff)

    def deposit(self, party: Party, yuan: int) -> None:
        """Let a party have money to pay with."""
        self.deposits[party.number] += 1
        reference = f"BANK-{party.number}-{self.deposits[party.number]}"
        amount = Money(yuan * 100, current().currency)
        ledger.deposit(by=self.clerk, party=party, amount=amount, bank_reference=reference)

    def _carriers_name(self) -> str:
        """Return what the carrier is called: in other counties than the cast's it has a branch."""
        if self.county == COUNTY:
            return self.world.write(CARRIER)
        area = next(county.area for county in self.world.counties if county.code == self.county)
        chinese, english = names_of(area)
        return self.world.write(Wording(f"{chinese}{CARRIER.chinese}", f"{CARRIER.latin} {english}"))
