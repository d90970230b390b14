"""A demo's references, secrets and moments come from the demo; everybody else's from the machine."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from terrace.kernel import clock, ids
from terrace.messaging.models import Notice

MOMENT = datetime(2026, 9, 20, 2, tzinfo=UTC)


def _drawn(seed: int) -> list[str]:
    with ids.drawn_from(Random(seed)):
        return [ids.reference("S"), ids.reference("S"), ids.secret()]


def test_one_seed_draws_the_same_references_and_secrets_again() -> None:
    assert _drawn(7) == _drawn(7)
    assert _drawn(7) != _drawn(8)


def test_without_a_source_nothing_is_drawn_twice() -> None:
    _drawn(7)
    assert len({*_drawn(7), *(ids.reference("S") for _ in range(50)), *(ids.secret() for _ in range(50))}) == 103


def test_a_secret_has_256_bits_that_are_safe_in_an_address() -> None:
    assert len(ids.secret()) == 43
    assert set(ids.secret()) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_told_moment_is_the_present_until_the_telling_ends() -> None:
    with clock.told(MOMENT):
        assert clock.now() == MOMENT
        with clock.told(MOMENT + timedelta(days=1)):
            assert clock.now() == MOMENT + timedelta(days=1)
        assert clock.now() == MOMENT
    assert abs(clock.now() - datetime.now(tz=UTC)) < timedelta(minutes=1)


@pytest.mark.django_db
def test_a_row_is_made_at_the_told_moment_and_keeps_it() -> None:
    with clock.told(MOMENT):
        one = Notice.objects.create(person_id=1, topic="advice", title="a")
        Notice.objects.bulk_create([Notice(person_id=1, topic="advice", title="b")])
    one.title = "c"
    one.save()
    assert list(Notice.objects.order_by("id").values_list("title", "created_at")) == [("c", MOMENT), ("b", MOMENT)]
