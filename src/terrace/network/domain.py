"""The service network: what its units offer and who may change it. Pure rules."""

from dataclasses import dataclass

from terrace.kernel.words import Choice, _


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
