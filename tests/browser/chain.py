"""A story that many people walk through: each on a device of their own, each beginning at their own first page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.browser.conftest import Arrive
from tests.browser.visitor import DESK, Device, Visitor

LOOKS = 80
"""How often somebody who waits looks again before giving up: each look loads a page."""


@dataclass(slots=True)
class Chain:
    """Who takes part in one story about one product, and the numbers that they hand on to each other."""

    arrive: Arrive
    product: str
    devices: Mapping[str, Device]
    numbers: dict[str, str] = field(default_factory=dict)
    people: dict[str, Visitor] = field(default_factory=dict)
    shots: int = 0

    def at_home(self, who: str) -> Visitor:
        """Return somebody on the first page of their own."""
        return self.where_it_was(who).open("/")

    def where_it_was(self, who: str) -> Visitor:
        """Return somebody on the page that they looked at last; the buyer has no account."""
        if who not in self.people:
            self.people[who] = self.arrive("" if who == "buyer" else who, self.devices.get(who, DESK))
        return self.people[who]

    def look(self, visitor: Visitor, name: str) -> None:
        """Check that a page fits its screen, and keep a picture of it if asked: in the order of the story."""
        self.shots += 1
        visitor.shoot_if_asked(f"{self.product}-{self.shots:02}-{name}")
        assert not visitor.is_too_wide(), visitor.page.url


def number_in(visitor: Visitor) -> str:
    """Return the number of the thing whose page is open: the last part of its address."""
    return visitor.page.url.split("?")[0].rstrip("/").rsplit("/", 1)[-1]


def minor(text: str) -> int:
    """Return an amount as it is written on a page, in fen; raises where there is not exactly one."""
    (found,) = re.findall(r"[-−]?[¥ ]*[\d,]+\.\d\d\b", text)
    digits = int(re.sub(r"\D", "", found))
    return -digits if found[0] in "-−" else digits
