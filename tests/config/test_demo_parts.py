"""The demo's small parts: names, seasons, amounts, moments, places."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import BytesIO
from random import Random

import pytest
from PIL import Image

from terrace.catalog.domain import Season
from terrace.config.demo import names
from terrace.config.demo.cast import CAST, COUNTY
from terrace.config.demo.goods import days_since, two_digits
from terrace.config.demo.moments import moment, spread
from terrace.config.demo.photos import HEAPED, photo_of
from terrace.config.demo.places import choose
from terrace.config.demo.prices import market_days
from terrace.config.demo.produce import CROPS, GROWN, MADE, quoted_in
from terrace.config.demo.scales import COUNTY_WIDE, PREFECTURE, SMALL
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.wording import Wording
from terrace.config.demo.world import World
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.phones import read_phone
from terrace.network import services as network


@pytest.mark.parametrize(
    ("months", "on", "days"),
    [
        ((9, 11), date(2026, 9, 1), 0),
        ((9, 11), date(2026, 11, 30), 0),
        ((9, 11), date(2026, 12, 1), 1),
        ((9, 11), date(2027, 1, 31), 62),
        ((9, 11), date(2027, 8, 31), 274),
        ((11, 2), date(2026, 12, 31), 0),
        ((11, 2), date(2026, 3, 1), 1),
        ((10, 12), date(2027, 1, 1), 1),
        ((1, 12), date(2026, 5, 5), 0),
    ],
)
def test_counts_the_days_since_a_season(months: tuple[int, int], on: date, days: int) -> None:
    assert days_since(Season(*months), on) == days


@pytest.mark.parametrize(("amount", "said"), [(7, 7), (99.9, 99), (123, 120), (1999, 1900), (24_600, 24_000)])
def test_says_amounts_in_two_digits(amount: float, said: int) -> None:
    assert two_digits(amount) == said


def test_people_of_a_village_have_different_names_of_a_few_families() -> None:
    random = Random(24)  # whose names include two that are read alike
    found = names.people(random, 60, names.families_of_a_village(random))
    assert len({name.chinese for name, _ in found}) == len({name.latin for name, _ in found}) == 60
    assert len({name.latin.split()[0] for name, _ in found}) <= 5


def test_firms_are_called_by_different_names_enough_for_a_county() -> None:
    assert len({name.chinese for name in names.FIRMS}) == len(names.FIRMS) >= 30
    assert all(name.latin for name in names.FIRMS)


@pytest.mark.parametrize(
    ("language", "text"), [("zh-hans", "云岭网店"), ("en", "Cloud Ridge Shop"), ("fr", "Cloud Ridge Shop")]
)
def test_a_text_is_written_in_the_demos_language_and_never_in_both(language: str, text: str) -> None:
    assert Wording("云岭网店", "Cloud Ridge Shop").written_in(language) == text


def test_a_photo_of_every_heaped_product_is_drawn_the_same_again() -> None:
    assert set(HEAPED) <= set(CROPS)
    one, again, other = (photo_of("walnut", seed).read() for seed in (1, 1, 2))
    assert one == again != other
    with Image.open(BytesIO(one)) as photo:
        assert (photo.format, photo.size) == ("JPEG", (1200, 900))


@pytest.mark.parametrize("number", [1, 60_000])
def test_invented_mobile_numbers_are_valid_and_different(number: int) -> None:
    assert read_phone(names.mobile(number), "CN") == f"+8619900{number:06}"
    assert read_phone(names.landline(number % 10_000), "CN") == f"+86939555{number % 10_000:04}"


def test_everybody_of_the_cast_has_a_sign_in_of_their_own_and_one_role() -> None:
    assert len({member.sign_in for member in CAST}) == len(CAST)
    assert all(bool(member.post) != bool(member.party) for member in CAST)


def test_a_local_hour_is_a_moment_in_utc() -> None:
    assert moment(date(2026, 11, 21), 8.5) == datetime(2026, 11, 21, 0, 30, tzinfo=UTC)


def test_acts_that_are_spread_keep_their_order_and_the_office_hours() -> None:
    moments = [spread(date(2026, 11, 2), 5, index, 40) for index in range(40)]
    assert moments == sorted(moments)
    assert moments[0] == moment(date(2026, 11, 2), 8.5)
    assert moments[-1] < moment(date(2026, 11, 6), 17.6)


def test_markets_are_held_on_two_years_of_mondays_before_the_day() -> None:
    days = market_days(date(2026, 11, 23))
    assert {day.weekday() for day in days} == {0}
    assert (days[-1], len(days)) == (date(2026, 11, 16), 105)


def test_every_county_grows_what_the_demo_knows_to_price() -> None:
    for county in PREFECTURE.counties:
        assert {*GROWN[county], *MADE.get(county, ()), *quoted_in(county)} <= set(CROPS)
        assert len(quoted_in(county)) == 12


def test_what_was_noted_is_done_in_the_order_of_time_each_at_its_moment() -> None:
    done: list[tuple[str, datetime]] = []
    timeline, first = Timeline(), datetime(2026, 9, 1, tzinfo=UTC)

    def do(name: str) -> None:
        done.append((name, clock.now()))

    for name, days in (("b", 2), ("a", 1), ("c", 2)):
        timeline.note(first + timedelta(days=days), partial(do, name))
    world = World(Random(1), date(2026, 11, 21), SMALL, lambda chapter, count, total: None, "en")
    timeline.play(world, "Work")
    assert [name for name, _ in done] == ["a", "b", "c"]
    assert [at for _, at in done] == [first + timedelta(days=days) for days in (1, 2, 2)]


@pytest.mark.slow
@pytest.mark.django_db
def test_a_county_and_the_prefecture_take_part_whole() -> None:
    network.import_shipped(by=SYSTEM)
    home = next(county for county in choose(Random(1), COUNTY_WIDE) if county.code == COUNTY)
    every = choose(Random(1), PREFECTURE)
    assert (len(home.townships), len(home.villages)) == (29, 579)
    assert len(every) == 9
    assert sum(len(county.townships) for county in every) == 199
    assert sum(len(county.villages) for county in every) == 3290
