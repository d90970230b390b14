"""The roles of this installation: which posts exist at which tier, and what each allows there and below."""

from enum import StrEnum

from terrace.accounts.domain import Permission as Accounts
from terrace.accounts.domain import Role
from terrace.audit.domain import Permission as Audit
from terrace.catalog.domain import Permission as Catalog
from terrace.kernel.tiers import Workspace
from terrace.kernel.words import Choice, Text, _
from terrace.ledger.domain import Permission as Ledger
from terrace.logistics.domain import Permission as Logistics
from terrace.market.domain import Permission as Market
from terrace.network.domain import Permission as Network
from terrace.registry.domain import Permission as Registry
from terrace.sourcing.domain import Permission as Sourcing
from terrace.statistics.domain import Permission as Statistics
from terrace.traceability.domain import Permission as Traceability

PERMISSIONS: tuple[type[Choice], ...] = (
    Network,
    Accounts,
    Registry,
    Catalog,
    Sourcing,
    Market,
    Traceability,
    Logistics,
    Ledger,
    Statistics,
    Audit,
)
"""Every context's permissions."""

GROUPS: tuple[tuple[Text, type[Choice]], ...] = (
    (_("Service network"), Network),
    (_("People and posts"), Accounts),
    (_("Producers and buyers"), Registry),
    (_("Catalogue"), Catalog),
    (_("Supply and demand"), Sourcing),
    (_("Market and orders"), Market),
    (_("Lots and traces"), Traceability),
    (_("Parcels and tours"), Logistics),
    (_("Ledger and payouts"), Ledger),
    (_("Live figures"), Statistics),
    (_("Record of acts"), Audit),
)
"""The same under the headings of the page that shows them, in its order."""

EVERYTHING: frozenset[StrEnum] = frozenset(member for kind in PERMISSIONS for member in kind)
_SEES: frozenset[StrEnum] = frozenset({Network.VIEW, Registry.VIEW, Sourcing.VIEW, Statistics.VIEW})
_SEES_GOODS: frozenset[StrEnum] = frozenset({Market.VIEW, Traceability.VIEW, Logistics.VIEW})
_RUNS_PEOPLE: frozenset[StrEnum] = frozenset({Accounts.VIEW, Accounts.MANAGE, Audit.READ})

ROLES = (
    Role(
        "bureau-officer",
        {"en": "Bureau officer", "zh-hans": "局工作人员"},
        (Workspace.BUREAU,),
        _SEES | _SEES_GOODS | {Ledger.VIEW, Accounts.VIEW, Audit.READ, Sourcing.ADVISE, Sourcing.PRICES},
        needs_second_factor=True,
    ),
    Role(
        "bureau-administrator",
        {"en": "Bureau administrator", "zh-hans": "局管理员"},
        (Workspace.BUREAU,),
        _SEES
        | _SEES_GOODS
        | _RUNS_PEOPLE
        | {
            Ledger.VIEW,
            Network.MANAGE,
            Catalog.MANAGE,
            Accounts.TOKENS,
            Registry.MANAGE,
            Registry.ERASE,
            Sourcing.ADVISE,
            Sourcing.PRICES,
        },
        # Appoints everybody below, and so gives what it does not itself use: an administrator sees no bank account.
        hands_on=EVERYTHING,
        needs_second_factor=True,
    ),
    Role(
        "centre-manager",
        {"en": "Centre manager", "zh-hans": "中心主任"},
        (Workspace.CENTRE,),
        _SEES
        | _RUNS_PEOPLE
        | {Network.MANAGE, Accounts.TOKENS, Registry.MANAGE, Registry.PERSONAL, Registry.ERASE}
        | {Sourcing.ADVISE, Sourcing.PRICES, Sourcing.RECORD_DEMAND, Sourcing.RECORD_SUPPLY, Sourcing.PURCHASE}
        | _SEES_GOODS
        | {Ledger.VIEW, Ledger.REVERSE, Market.DISPUTES, Market.AGREEMENTS, Market.SELL}
        | {Logistics.DISPATCH, Logistics.TRACK, Logistics.TARIFFS}
        | {Traceability.RECORD, Traceability.INSPECT, Statistics.COSTS},
        hands_on=frozenset(
            {
                Registry.BANK,
                Sourcing.ACKNOWLEDGE,
                Ledger.DEPOSIT,
                Ledger.PAY,
                Ledger.OUTLET,
                Statistics.COSTS,
                Market.PACK,
                Market.PAYMENTS,
                Logistics.DRIVE,
                Logistics.HANDLE,
            }
        ),
        needs_second_factor=True,
    ),
    Role(
        "centre-clerk",
        {"en": "Centre clerk", "zh-hans": "中心业务员"},
        (Workspace.CENTRE,),
        _SEES
        | _SEES_GOODS
        | {Registry.MANAGE, Registry.PERSONAL, Registry.BANK, Sourcing.PRICES, Sourcing.RECORD_DEMAND}
        | {Ledger.VIEW, Ledger.DEPOSIT, Ledger.PAY, Market.PAYMENTS, Market.DISPUTES, Market.SELL}
        | {Logistics.DISPATCH, Logistics.TRACK, Logistics.HANDLE},
        needs_second_factor=True,
    ),
    Role(
        "packer",
        {"en": "Packer", "zh-hans": "打包员"},
        (Workspace.CENTRE,),
        frozenset({Network.VIEW, Market.VIEW, Market.PACK, Traceability.VIEW, Traceability.RECORD})
        | {Traceability.INSPECT, Logistics.VIEW, Logistics.HANDLE},
    ),
    Role(
        "driver",
        {"en": "Driver", "zh-hans": "司机"},
        (Workspace.CENTRE,),
        frozenset({Network.VIEW, Logistics.DRIVE}),
    ),
    Role(
        "station-officer",
        {"en": "Station officer", "zh-hans": "站长"},
        (Workspace.STATION,),
        _SEES
        | _RUNS_PEOPLE
        | {Registry.MANAGE, Sourcing.RECORD_SUPPLY, Sourcing.RECORD_DEMAND, Sourcing.ADVISE, Sourcing.ACKNOWLEDGE}
        | _SEES_GOODS
        | {Sourcing.PURCHASE, Traceability.RECORD, Logistics.HANDLE, Market.SELL}
        | {Statistics.COSTS, Ledger.OUTLET},
        hands_on=frozenset({Registry.PERSONAL}),
    ),
    Role(
        "point-keeper",
        {"en": "Point keeper", "zh-hans": "服务点负责人"},
        (Workspace.POINT,),
        _SEES
        | _SEES_GOODS
        | {Registry.MANAGE, Registry.PERSONAL, Sourcing.RECORD_SUPPLY, Sourcing.ACKNOWLEDGE, Sourcing.PURCHASE}
        | {Traceability.RECORD, Logistics.HANDLE, Market.SELL, Statistics.COSTS, Ledger.OUTLET},
    ),
)
