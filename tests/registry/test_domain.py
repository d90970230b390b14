"""Rules of the registry without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.kernel.errors import Invalid, Unsealable
from terrace.registry.domain import (
    Keyring,
    Kind,
    masked_phone,
    name_key,
    normal_account,
    phone_tail,
    search_text,
)

OLD, NEW = b"o" * 32, b"n" * 32
NUMBER = "6222021234567890123"


def test_a_sealed_number_says_nothing_of_the_number_and_differs_each_time() -> None:
    keys = Keyring([NEW])

    one, other = keys.seal(NUMBER, party_id=1), keys.seal(NUMBER, party_id=1)

    assert one != other
    assert NUMBER.encode() not in one
    assert keys.open(one, party_id=1) == keys.open(other, party_id=1) == NUMBER


def test_another_key_does_not_open_a_seal() -> None:
    sealed = Keyring([OLD]).seal(NUMBER, party_id=1)

    with pytest.raises(Unsealable):
        Keyring([NEW]).open(sealed, party_id=1)


def test_an_old_key_still_opens_after_a_new_one_was_put_in_front() -> None:
    sealed = Keyring([OLD]).seal(NUMBER, party_id=1)
    keys = Keyring([NEW, OLD])

    assert keys.open(sealed, party_id=1) == NUMBER
    assert keys.newest == Keyring([NEW]).newest != Keyring([OLD]).newest


def test_a_seal_copied_to_another_party_does_not_open() -> None:
    keys = Keyring([NEW])

    with pytest.raises(Unsealable):
        keys.open(keys.seal(NUMBER, party_id=1), party_id=2)


@given(st.integers(0, 60))
def test_a_seal_of_which_one_byte_was_changed_does_not_open(at: int) -> None:
    keys = Keyring([NEW])
    sealed = bytearray(keys.seal(NUMBER, party_id=1))
    sealed[at % len(sealed)] ^= 1

    with pytest.raises(Unsealable):
        keys.open(bytes(sealed), party_id=1)


def test_sealing_needs_a_key() -> None:
    with pytest.raises(ValueError, match="at least one key"):
        Keyring([])


@pytest.mark.parametrize("text", ["6222 0212 3456 7890", "DE89-3704-0044-0532-0130-00", "12345678"])
def test_reads_an_account_number_without_its_gaps(text: str) -> None:
    assert normal_account(text) == text.replace(" ", "").replace("-", "")


@pytest.mark.parametrize("text", ["", "1234567", "6222*0212", "1" * 35])
def test_refuses_what_is_no_account_number(text: str) -> None:
    with pytest.raises(Invalid):
        normal_account(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ma Lanying", "MA LAN-YING"), ("马兰英", "马 兰英"), ("阿依·古丽", "阿依古丽"), ("Ｍａ", "ma")],
)
def test_two_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_names_that_differ_have_different_keys() -> None:
    assert name_key("马兰英") != name_key("马兰芳")


@pytest.mark.parametrize("word", ["单雄信", "danxiongxin", "shanxiongxin", "dxx", "sxx", "p-7k2m"])
def test_a_surname_is_found_by_both_its_readings(word: str) -> None:
    assert word in search_text("P-7K2M", "单雄信").split()


def test_a_name_without_chinese_characters_has_no_reading() -> None:
    assert search_text("P-7K2M", "Cloud Ridge") == "cloud ridge p-7k2m"


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("0001", "0001"),
        ("139 0939 0001", "13909390001"),
        ("+8613909390001", "8613909390001"),
        ("0939-8212345", "9398212345"),
        ("123", ""),
        ("Ma 0001", ""),
        ("", ""),
    ],
)
def test_reads_the_end_of_a_phone_number(text: str, tail: str) -> None:
    assert phone_tail(text) == tail


def test_a_masked_phone_shows_its_last_four_digits() -> None:
    assert masked_phone("+8613909390001") == "•••• 0001"
    assert masked_phone("") == ""


def test_buyers_produce_nothing_and_households_buy_nothing() -> None:
    assert [kind for kind in Kind if not kind.produces] == [Kind.BUYER]
    assert [kind for kind in Kind if not kind.trades] == [Kind.HOUSEHOLD]
