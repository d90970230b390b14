"""The files by which carriers hand over parcels: what they have to say, in columns that each carrier calls its own."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from terrace.kernel.words import Choice, Text, _

MOST_ROWS = 10_000


class Need(Choice):
    """What a row says of a parcel."""

    WAYBILL = "waybill", _("Waybill")
    RECIPIENT = "recipient", _("Recipient")
    PHONE = "phone", _("Phone")
    WEIGHT = "weight", _("Weight (kg)")
    PLACE = "place", _("Village or point")
    ADDRESS = "address", _("Address")
    COD = "cod", _("Cash on delivery")
    COLD = "cold", _("Has to be kept cold")


ALWAYS = (Need.WAYBILL, Need.RECIPIENT, Need.PHONE, Need.WEIGHT)
"""Without one of these no parcel can be carried; of place and address one is needed."""
USUAL: Mapping[Need, tuple[str, ...]] = {
    Need.WAYBILL: ("运单", "单号", "waybill", "tracking"),
    Need.RECIPIENT: ("收件人", "收货人", "姓名", "recipient", "consignee", "name"),
    Need.PHONE: ("电话", "手机", "phone", "mobile"),
    Need.WEIGHT: ("重量", "weight", "kg"),
    Need.PLACE: ("村", "网点", "站点", "village", "point"),
    Need.ADDRESS: ("地址", "address"),
    Need.COD: ("代收", "货款", "cod", "cash"),
    Need.COLD: ("冷", "cold"),
}
"""How files usually call it: the page suggests the columns by them the first time."""


class FileState(Choice):
    """Where a carrier's file stands."""

    TO_MAP = "to_map", _("Columns to be named")
    TO_CHECK = "to_check", _("To be looked at")
    DONE = "done", _("Handed over")

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return "good" if self is FileState.DONE else "warn"


def header_mark(titles: Sequence[str]) -> str:
    """Return the fingerprint of a file's first row: the same columns in the same order are mapped the same way."""
    return hashlib.sha256(json.dumps([title.strip().casefold() for title in titles]).encode()).hexdigest()


def suggested(titles: Sequence[str]) -> dict[str, str]:
    """Return for each need the first column of which no other was suggested and whose title sounds like it."""
    free, found = list(titles), {}
    for need, words in USUAL.items():
        title = next((title for title in free if any(word in title.casefold() for word in words)), None)
        if title:
            free.remove(title)
            found[need.value] = title
    return found


def lacking(columns: Mapping[str, str]) -> list[Text]:
    """Return what a mapping has to name and does not."""
    needed = [need.label for need in ALWAYS if not columns.get(need.value)]
    if not columns.get(Need.PLACE.value) and not columns.get(Need.ADDRESS.value):
        needed.append(_("Village, point or address"))
    return needed
