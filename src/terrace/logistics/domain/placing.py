"""Finding the village that an address names. Pure rules: better no answer than a wrong one."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

SPACES = re.compile(r"\s+")
FEWEST_LETTERS = 2
"""A name of one sign stands in every other address."""


@dataclass(frozen=True, slots=True)
class Named:
    """An area or a unit by its names; `code` is what else finds it. `is_last`: nothing lies below it."""

    path: str
    code: str
    names: tuple[str, ...]
    is_last: bool


class Gazetteer:
    """The places below a centre, asked thousands of times: by code, by name, by an address that names them."""

    def __init__(self, places: Iterable[Named], home: str) -> None:
        self.home = home
        self.known = list(places)
        self.by_code = {place.code.casefold(): place.path for place in self.known}
        self.by_name: dict[str, set[str]] = defaultdict(set)
        for place in self.known:
            for name in place.names:
                self.by_name[folded(name)].add(place.path)
        self.spellings = {
            place.path: tuple({folded(name) for name in place.names if len(folded(name)) >= FEWEST_LETTERS})
            for place in self.known
        }
        self.last = [place.path for place in self.known if place.is_last]

    def find(self, place: str, address: str) -> str | None:
        """Return the path of what `place` names by code or name, else of the village in `address`; None for neither.

        What is said of the place goes before the address: a name that several
        bear is looked for among those that the address leaves.
        """
        if found := self.by_code.get(place.strip().casefold()):
            return found
        named = self.by_name.get(folded(place), set())
        if len(named) == 1:
            return next(iter(named))
        return self._in_address(f"{address} {place}")

    def _in_address(self, address: str) -> str | None:
        """Return the village that the address names best: with most places above it, then by the longest name."""
        text = folded(address)
        named = {path: length for path in self.spellings if (length := self._length_in(text, path))}
        ranked = sorted((self._above(path, named), named[path], path) for path in self.last if path in named)
        if not ranked or (len(ranked) > 1 and ranked[-1][:2] == ranked[-2][:2]):
            return None
        return ranked[-1][2]

    def _length_in(self, text: str, path: str) -> int:
        return max((len(name) for name in self.spellings[path] if name in text), default=0)

    def _above(self, path: str, named: dict[str, int]) -> int:
        return sum(path.startswith(other) and other != path and other != self.home for other in named)


def folded(text: str) -> str:
    """Return a text as it is compared: wide signs as plain ones, without case and spaces."""
    return SPACES.sub("", unicodedata.normalize("NFKC", text)).casefold()
