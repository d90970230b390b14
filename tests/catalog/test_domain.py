"""The rules of the catalogue."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.catalog import domain
from terrace.catalog.domain import Keeping, Season, Storage, in_season
from terrace.kernel import deployment
from terrace.kernel.deployment import Deployment
from terrace.kernel.errors import Invalid
from tests.catalog.conftest import terms

MONTH = st.integers(1, 12)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [(8, 11, (8, 9, 10, 11)), (11, 2, (11, 12, 1, 2)), (5, 5, (5,)), (1, 12, tuple(range(1, 13))), (12, 1, (12, 1))],
)
def test_a_season_tells_its_months_in_order(first: int, last: int, months: tuple[int, ...]) -> None:
    assert Season(first, last).months == months


@given(MONTH, MONTH)
def test_a_season_begins_and_ends_where_it_says(first: int, last: int) -> None:
    months = Season(first, last).months
    assert (months[0], months[-1]) == (first, last)
    assert len(set(months)) == len(months) <= 12


@given(MONTH, MONTH, st.dates())
def test_what_is_in_season_one_day_is_out_of_it_the_rest_of_the_year(first: int, last: int, day: date) -> None:
    rest = set(range(1, 13)) - set(Season(first, last).months)
    assert in_season(first, last, day) is (day.month not in rest)


def test_a_year_round_season_is_told_from_the_others() -> None:
    assert Season(4, 3).is_all_year
    assert not Season(4, 2).is_all_year


@pytest.mark.parametrize(
    "code", ["", "Apple", "wood ear", "-apple", "apple-", "a--b", "苹果", "a" * 41, "apple\n", "new"]
)
def test_refuses_a_code_that_is_not_fit_for_an_address(code: str) -> None:
    with pytest.raises(Invalid) as refused:
        domain.check_code(code)
    assert refused.value.field == "code"


@pytest.mark.parametrize("code", ["apple", "wood-ear", "a1-2b", "a" * 40])
def test_takes_a_code_that_is_fit_for_an_address(code: str) -> None:
    domain.check_code(code)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"names": {"en": "Quince"}}, "name_zh-hans"),
        ({"names": {"en": "  ", "zh-hans": "榅桲"}}, "name_en"),
        ({"names": {"en": "Q" * 81, "zh-hans": "榅桲"}}, "name_en"),
        ({"hs_code": "80840"}, "hs_code"),
        ({"hs_code": "08084O"}, "hs_code"),
        ({"hs_code": "000000"}, "hs_code"),
        ({"hs_code": "770000"}, "hs_code"),
        ({"hs_code": "980000"}, "hs_code"),
        ({"hs_code": "０８０８４０"}, "hs_code"),
        ({"season": Season(0, 11)}, "season_from"),
        ({"season": Season(9, 13)}, "season_to"),
        ({"keeping": Keeping(Storage.COLD, 0)}, "keeps_days"),
        ({"keeping": Keeping(Storage.COLD, 9, min_celsius=1)}, "max_celsius"),
        ({"keeping": Keeping(Storage.COLD, 9, max_celsius=1)}, "min_celsius"),
        ({"keeping": Keeping(Storage.COLD, 9, 3, 1)}, "max_celsius"),
        ({"keeping": Keeping(Storage.FROZEN, 9, -61, 1)}, "min_celsius"),
    ],
)
def test_refuses_what_breaks_a_rule_at_its_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        domain.check_product(terms(**changes))
    assert refused.value.field == field


@pytest.mark.parametrize(
    "changes", [{}, {"keeping": Keeping(Storage.AMBIENT, 1)}, {"keeping": Keeping(Storage.FROZEN, 300, -18, -18)}]
)
def test_takes_what_keeps_the_rules(changes: dict[str, object]) -> None:
    domain.check_product(terms(**changes))


def test_names_are_asked_for_in_the_installations_own_languages() -> None:
    with deployment.using(Deployment(languages=("fr",))):
        domain.check_names({"fr": "Coing"})
        with pytest.raises(Invalid):
            domain.check_names({"en": "Quince"})


@pytest.mark.parametrize(("variety", "product"), [(Season(9, 10), Season(9, 11)), (Season(12, 1), Season(11, 2))])
def test_a_varietys_season_lies_within_its_products(variety: Season, product: Season) -> None:
    domain.check_variety_season(variety, product)
    with pytest.raises(Invalid):
        domain.check_variety_season(product, variety)


def test_words_in_a_language_that_nobody_reads_here_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        domain.check_names({"en": "Quince", "zh-hans": "榅桲", "xx": "Quince"})
    assert refused.value.field == "names"
    with pytest.raises(Invalid) as refused:
        domain.check_origin_note({"en": "From Lixian", "xx": "?"})
    assert refused.value.field == "origin_note"


def test_a_note_on_the_origin_is_short() -> None:
    domain.check_origin_note({"en": "x" * domain.LONGEST_NOTE})
    with pytest.raises(Invalid, match="200"):
        domain.check_origin_note({"en": "x" * (domain.LONGEST_NOTE + 1)})


def test_a_standard_moisture_is_a_part_of_the_weight_of_a_product_whose_moisture_matters() -> None:
    dry = replace(terms(), moisture_matters=True, standard_moisture=140)
    domain.check_product(dry)
    for wrong in (replace(dry, moisture_matters=False), replace(dry, standard_moisture=0)):
        with pytest.raises(Invalid) as refused:
            domain.check_product(wrong)
        assert refused.value.field == "standard_moisture"
