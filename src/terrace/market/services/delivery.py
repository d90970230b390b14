"""Where an order goes: read and checked before anything is ordered."""

import unicodedata
from dataclasses import dataclass, replace

from terrace.kernel.deployment import current
from terrace.kernel.errors import Invalid
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.phones import read_phone
from terrace.kernel.words import _

LONGEST = {"recipient": 80, "region": 120, "address": 200, "note": 200}
SHORTEST = {"recipient": 1, "region": 2, "address": 3}

UNSEEN, JOINER = ("Cc", "Cf"), "\u200d"
"""Signs that command a printer or turn a line's direction would do so on labels and in messages. Emoji are joined."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Who gets the goods, and where. `phone` in any form; `region` is province, city and district."""

    recipient: str
    phone: str
    region: str
    address: str
    note: str = ""


def checked(given: Delivery) -> Delivery:
    """Return the delivery in single spaces with its phone in E.164, or raise `Invalid` at the field at fault.

    The phone has to be one by the rules of the installation's country: the
    carrier calls it, and it opens the order. Identity numbers are refused in
    every field.
    """
    plain = {name: " ".join(getattr(given, name).split()) for name in LONGEST}
    for name, text in plain.items():
        _check_text(name, text)
    phone = read_phone(given.phone, current().region)
    if not phone:
        raise Invalid(_("A phone number is needed: the carrier calls it."), field="phone")
    return replace(given, phone=phone, **plain)


def _check_text(name: str, text: str) -> None:
    refuse_identity_number(text, field=name)
    if any(unicodedata.category(sign) in UNSEEN and sign != JOINER for sign in text):
        raise Invalid(_("There are signs in it that nobody can see. Type it anew."), field=name)
    if len(text) > LONGEST[name]:
        raise Invalid(_("At most %(number)s characters.") % {"number": LONGEST[name]}, field=name)
    if len(text) < SHORTEST.get(name, 0):
        raise Invalid(_("This is needed for the delivery."), field=name)
    if name in ("region", "address", "recipient") and not any(sign.isalpha() for sign in text):
        raise Invalid(_("This is needed for the delivery."), field=name)
