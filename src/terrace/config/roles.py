"""The roles of this installation: which posts exist at which tier, and what each allows there and below."""

from enum import StrEnum

from terrace.accounts.domain import Permission as Accounts
from terrace.accounts.domain import Role
from terrace.audit.domain import Permission as Audit
from terrace.catalog.domain import Permission as Catalog
from terrace.kernel.tiers import Workspace
from terrace.kernel.words import Choice, Text, _
from terrace.network.domain import Permission as Network
from terrace.registry.domain import Permission as Registry
from terrace.sourcing.domain import Permission as Sourcing

PERMISSIONS: tuple[type[Choice], ...] = (Network, Accounts, Registry, Catalog, Sourcing, Audit)
"""Every context's permissions."""

GROUPS: tuple[tuple[Text, type[Choice]], ...] = (
    (_("Service network"), Network),
    (_("People and posts"), Accounts),
    (_("Producers and buyers"), Registry),
    (_("Catalogue"), Catalog),
    (_("Supply and demand"), Sourcing),
    (_("Record of acts"), Audit),
)
"""The same under the headings of the page that shows them, in its order."""

EVERYTHING: frozenset[StrEnum] = frozenset(member for kind in PERMISSIONS for member in kind)
_SEES: frozenset[StrEnum] = frozenset({Network.VIEW, Registry.VIEW, Sourcing.VIEW})
_RUNS_PEOPLE: frozenset[StrEnum] = frozenset({Accounts.VIEW, Accounts.MANAGE, Audit.READ})

ROLES = (
    Role(
        "bureau-officer",
        {"en": "Bureau officer", "zh-hans": "局工作人员"},
        (Workspace.BUREAU,),
        _SEES | {Accounts.VIEW, Audit.READ, Sourcing.ADVISE, Sourcing.PRICES},
        needs_second_factor=True,
    ),
    Role(
        "bureau-administrator",
        {"en": "Bureau administrator", "zh-hans": "局管理员"},
        (Workspace.BUREAU,),
        _SEES
        | _RUNS_PEOPLE
        | {
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
        | {Sourcing.ADVISE, Sourcing.PRICES, Sourcing.RECORD_DEMAND, Sourcing.RECORD_SUPPLY},
        hands_on=frozenset({Registry.BANK, Sourcing.ACKNOWLEDGE}),
        needs_second_factor=True,
    ),
    Role(
        "centre-clerk",
        {"en": "Centre clerk", "zh-hans": "中心业务员"},
        (Workspace.CENTRE,),
        _SEES | {Registry.MANAGE, Registry.PERSONAL, Registry.BANK, Sourcing.PRICES, Sourcing.RECORD_DEMAND},
        needs_second_factor=True,
    ),
    Role(
        "station-officer",
        {"en": "Station officer", "zh-hans": "站长"},
        (Workspace.STATION,),
        _SEES
        | _RUNS_PEOPLE
        | {Registry.MANAGE, Sourcing.RECORD_SUPPLY, Sourcing.RECORD_DEMAND, Sourcing.ADVISE, Sourcing.ACKNOWLEDGE},
        hands_on=frozenset({Registry.PERSONAL}),
    ),
    Role(
        "point-keeper",
        {"en": "Point keeper", "zh-hans": "服务点负责人"},
        (Workspace.POINT,),
        _SEES | {Registry.MANAGE, Registry.PERSONAL, Sourcing.RECORD_SUPPLY, Sourcing.ACKNOWLEDGE},
    ),
)
