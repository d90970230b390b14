"""The service network: areas, what its units offer, when they are open, and who may change them. Pure rules."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from terrace.kernel.events import Event
from terrace.kernel.words import Choice, Text, _

ACTS = {
    "network.import_areas": _("imported areas"),
    "network.import_outlines": _("imported outlines for maps"),
    "network.found_unit": _("founded a unit"),
    "network.change_unit": _("changed a unit"),
    "network.place_unit": _("put a unit on the map"),
    "network.close_unit": _("closed a unit"),
}
"""The acts of this context in words, for the record of acts."""


class Permission(Choice):
    """What a post may allow about the network."""

    VIEW = "network.view", _("See the units of the area")
    MANAGE = "network.manage", _("Found, change and close service units")


class Service(Choice):
    """What a unit does for people who come in."""

    SELL = "sell", _("Sells farm goods for you")
    BUY = "buy", _("Orders goods for you")
    SEND = "send", _("Sends parcels")
    RECEIVE = "receive", _("Keeps parcels for you")
    INPUTS = "inputs", _("Seeds, fertiliser, tools")
    FINANCE = "finance", _("Payments and small finance")
    TRAINING = "training", _("Training")
    LIVE = "live", _("Live selling room")
    COLD = "cold", _("Cold storage")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something lies: an area with what scope and distribution need of it."""

    code: str
    path: str
    tier: str
    county_code: str
    """Code of the area at the second tier that it lies in; its own where it lies above."""


@dataclass(frozen=True, slots=True)
class UnitFounded(Event):
    """A service unit began to exist."""

    unit_id: int
    area_path: str


@dataclass(frozen=True, slots=True)
class UnitClosing(Event):
    """A service unit is about to be closed: a context with goods there, or on their way there, objects by a reason."""

    unit_id: int
    object_to: Callable[[Text], None]


@dataclass(frozen=True, slots=True)
class UnitClosed(Event):
    """A service unit closed for good on the day `closed_on`: whoever relies on it must end that."""

    unit_id: int
    area_path: str
    closed_on: date
