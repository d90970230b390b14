"""The tiers of a service network: how many there are and what they are called is the deployment's choice."""

import json
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any

from terrace.kernel.words import Names


class Workspace(StrEnum):
    """The kind of work that a tier's units do, and so the pages their people see."""

    BUREAU = "bureau"
    CENTRE = "centre"
    STATION = "station"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier: rank 1 is the top. `levels` are the words for it in division files."""

    code: str
    rank: int
    area: Names
    unit: Names
    workspace: Workspace
    levels: tuple[str, ...]
    digits: int = 0
    """Length of an area's code when codes are prefixes of one another, else 0."""


@dataclass(frozen=True, slots=True)
class TierPlan:
    """All tiers of an installation, from the top down."""

    code: str
    tiers: tuple[Tier, ...]

    @property
    def top(self) -> Tier:
        """The tier that answers for the whole installation."""
        return self.tiers[0]

    @property
    def bottom(self) -> Tier:
        """The tier that talks to the farmer."""
        return self.tiers[-1]

    @property
    def has_codes_of_fixed_length(self) -> bool:
        """Whether codes are longer from tier to tier and of one length in each, so that none begins a sibling's."""
        lengths = [tier.digits for tier in self.tiers]
        return lengths[0] > 0 and all(upper < lower for upper, lower in pairwise(lengths))

    def get(self, code: str) -> Tier:
        """Return the tier called `code`; raise `KeyError` when there is none."""
        found = next((tier for tier in self.tiers if tier.code == code), None)
        if found is None:
            raise KeyError(code)
        return found

    def of_level(self, level: str) -> Tier | None:
        """Return the tier that division files call `level`, or None for a level above or outside the network."""
        return next((tier for tier in self.tiers if level in tier.levels), None)

    def below(self, tier: Tier) -> Tier | None:
        """Return the next tier down, or None at the bottom."""
        return self.tiers[tier.rank] if tier.rank < len(self.tiers) else None


CHINA = TierPlan(
    "china",
    (
        Tier(
            "prefecture",
            1,
            {"en": "Prefecture", "zh-hans": "市"},
            {"en": "E-commerce development bureau", "zh-hans": "电子商务发展局"},
            Workspace.BUREAU,
            ("prefecture",),
            4,
        ),
        Tier(
            "county",
            2,
            {"en": "County", "zh-hans": "县区"},
            {"en": "County service centre", "zh-hans": "县级电商服务中心"},
            Workspace.CENTRE,
            ("county",),
            6,
        ),
        Tier(
            "township",
            3,
            {"en": "Township", "zh-hans": "乡镇"},
            {"en": "Township service station", "zh-hans": "乡镇电商服务站"},
            Workspace.STATION,
            ("township",),
            9,
        ),
        Tier(
            "village",
            4,
            {"en": "Village", "zh-hans": "村"},
            {"en": "Village service point", "zh-hans": "村级电商服务点"},
            Workspace.POINT,
            ("village", "community"),
            12,
        ),
    ),
)


def read_plan(source: str) -> TierPlan:
    """Return the built-in plan `china`, or the plan in the JSON file that `source` names.

    The file holds `{"code": ..., "tiers": [{"code", "area", "unit", "workspace",
    "levels", "digits"?}, ...]}` from the top tier down. Raises `ValueError` with
    what is wrong when it does not.
    """
    if source == CHINA.code:
        return CHINA
    try:
        given: dict[str, Any] = json.loads(Path(source).read_text(encoding="utf-8"))
        tiers = tuple(_tier(rank, row) for rank, row in enumerate(given["tiers"], start=1))
    except (OSError, KeyError, TypeError, ValueError) as problem:
        raise ValueError(f"the tier plan {source!r} cannot be read: {problem!r}") from problem
    if len(tiers) < 2:
        raise ValueError(f"the tier plan {source!r} needs at least two tiers")
    return TierPlan(given["code"], tiers)


def _tier(rank: int, row: dict[str, Any]) -> Tier:
    return Tier(
        code=row["code"],
        rank=rank,
        area=row["area"],
        unit=row["unit"],
        workspace=Workspace(row["workspace"]),
        levels=tuple(row["levels"]),
        digits=row.get("digits", 0),
    )
