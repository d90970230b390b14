"""A notice's history says what each change changed, in the words of its page."""

from dataclasses import replace
from io import BytesIO

from django.core.files.base import File
from PIL import Image

from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.sourcing import services
from terrace.sourcing.models import SupplyNotice
from tests.conftest import Cast
from tests.sourcing.conftest import terms


def _supply(cast: Cast) -> SupplyNotice:
    assert cast.farmer.party
    return services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms(note="At Zhao's."))


def _changes(cast: Cast, supply: SupplyNotice, language: str = "en") -> list[list[tuple[str, ...]]]:
    client = cast.centre.client
    client.cookies["language"] = language
    events = client.get(f"/sourcing/supply/{supply.number}/").context["history"]
    return [[tuple(map(str, change)) for change in event.changes] for event in events]


def test_a_change_tells_what_it_changed_before_and_after(cast: Cast) -> None:
    supply = _supply(cast)
    changed = replace(terms(), quantity=Quantity(900_000, Unit.KILOGRAM), price=Money(480, "CNY"), variety="")
    services.change_supply(by=cast.keeper.actor, notice=supply, version=supply.version, terms=changed)
    assert _changes(cast, supply) == [
        [
            ("Variety", "Fuji", "–"),
            ("Quantity", "800\u00a0kg", "900\u00a0kg"),
            ("Asking price", "CN¥5.20\u00a0/\u00a0kg", "CN¥4.80\u00a0/\u00a0kg"),
        ],
        [],
    ]
    page = cast.centre.client.get(f"/sourcing/supply/{supply.number}/").content.decode()
    assert page.count('class="changes"') == 1


def test_a_change_is_told_in_the_readers_language(cast: Cast) -> None:
    supply = _supply(cast)
    changed = replace(terms(), closes_on=terms().closes_on.replace(day=3))
    services.change_supply(by=cast.keeper.actor, notice=supply, version=supply.version, terms=changed)
    assert _changes(cast, supply, "zh-hans")[0] == [("截止日", "2026年10月1日", "2026年10月3日")]


def test_a_note_is_never_told_by_the_history(cast: Cast) -> None:
    supply = _supply(cast)
    services.change_supply(
        by=cast.keeper.actor, notice=supply, version=supply.version, terms=terms(note="Ask for Zhao Suqin.")
    )
    assert _changes(cast, supply) == [[], []]


def test_another_photo_is_told_without_its_name(cast: Cast) -> None:
    supply = _supply(cast)
    picture = BytesIO()
    Image.new("RGB", (40, 30)).save(picture, "JPEG")
    services.change_supply(
        by=cast.keeper.actor, notice=supply, version=supply.version, terms=terms(), photo=File(picture, "apples.jpg")
    )
    assert _changes(cast, supply)[0] == [("Photo", "–", "a photo")]
