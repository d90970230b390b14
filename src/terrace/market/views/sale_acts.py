"""What can be done next with an order: one primary button, the others beside it."""

from typing import Any

from django.urls import reverse

from terrace.kernel.actors import Actor
from terrace.kernel.words import Text
from terrace.market.models import Order

Button = dict[str, Any]


def acts_of(actor: Actor, order: Order) -> tuple[Button | None, list[Button]]:
    """Return the next act with an order and the other ones that the actor may do."""
    return None, []


def _button(label: Text, route: str, order: Order, icon: str) -> Button:
    return {"label": label, "url": reverse(f"market:{route}", args=[order.number]), "icon": icon}
