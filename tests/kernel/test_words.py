"""Words, names and how they are found."""

from enum import StrEnum

import pytest
from django.utils.translation import override

from terrace.kernel.errors import DomainError, Invalid, NotFound
from terrace.kernel.readings import reading_order, readings, search_text
from terrace.kernel.words import Choice, Names, _, in_language, one_by_one


class Shelf(Choice):
    FRUIT = "fruit", _("Fruit")
    OTHER = "other"


def test_a_choice_is_its_value_and_carries_its_label() -> None:
    assert Shelf("fruit") is Shelf.FRUIT
    assert Shelf.FRUIT == "fruit"
    assert isinstance(Shelf.FRUIT, StrEnum)
    with override("en"):
        assert str(Shelf.FRUIT.label) == "Fruit"
        assert [(value, str(label)) for value, label in Shelf.choices()] == [("fruit", "Fruit"), ("other", "other")]


@pytest.mark.parametrize(("language", "row"), [("en", "Sell, Send"), ("zh-hans", "Sell、Send")])
def test_words_after_one_another_are_parted_as_the_reader_does(language: str, row: str) -> None:
    with override(language):
        assert one_by_one(["Sell", "Send"]) == row


NAMES = {"en": "Apple", "zh-hans": "苹果", "fr": "Pomme"}


@pytest.mark.parametrize(
    ("names", "language", "name"),
    [
        (NAMES, "zh-hans", "苹果"),
        (NAMES, "zh-Hans", "苹果"),
        (NAMES, "fr-ch", "Pomme"),
        (NAMES, "sw", "Apple"),
        ({"fr": "Pomme"}, "sw", "Pomme"),
        ({"en": "", "fr": "Pomme"}, "en", "Pomme"),
        ({}, "en", ""),
    ],
)
def test_a_name_is_told_in_the_wanted_language_or_the_nearest(names: Names, language: str, name: str) -> None:
    assert in_language(names, language) == name


def test_a_name_is_told_in_the_readers_language() -> None:
    with override("zh-hans"):
        assert in_language(NAMES) == "苹果"
    with override(None):
        assert in_language(NAMES) == "Apple"


def test_a_name_is_found_by_itself_its_pinyin_and_its_initials() -> None:
    assert search_text("Apple", "苹果") == "apple 苹果 pingguo pg"
    assert search_text("Ａｐｐｌｅ　５") == "apple 5"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("苹果", ("pingguo", "pg")),
        ("5公斤箱", ("gongjinxiang", "gjx")),
        ("Apple", ()),
        ("", ()),
        ("重庆", ("chongqing", "cq")),
    ],
)
def test_only_chinese_characters_are_read(name: str, found: tuple[str, ...]) -> None:
    assert readings(name) == found


def test_chinese_names_stand_by_syllable_as_in_a_dictionary() -> None:
    names = ["现货", "西安", "西红柿", "5公斤箱"]  # letter by letter, xianhuo would stand between xian and xihongshi
    assert sorted(names, key=reading_order) == ["5公斤箱", "西安", "西红柿", "现货"]


def test_names_stand_in_one_order_whatever_their_case() -> None:
    assert sorted(["apple", "Walnut", "Fig"], key=reading_order) == ["apple", "Fig", "Walnut"]


def test_search_text_says_nothing_twice() -> None:
    assert search_text("Tea", "tea", "", "茶", "茶") == "tea 茶 cha c"


def test_a_refusal_says_what_where_and_why() -> None:
    plain, told = NotFound(), Invalid(_("Too late."), field="closes_on", limit=3)
    assert (plain.code, plain.status, plain.field, plain.details) == ("not_found", 404, "", {})
    assert (told.code, told.status, told.field, told.details) == ("invalid", 422, "closes_on", {"limit": 3})
    with override("en"):
        assert str(told) == "Too late."
        assert str(plain)


def test_an_error_may_name_its_field_itself() -> None:
    class Taken(DomainError):
        field = "code"

    assert Taken().field == "code"
    assert Taken(field="number").field == "number"
