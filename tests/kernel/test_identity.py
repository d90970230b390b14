"""Identity numbers are found however they are written, and other long numbers are let through."""

import pytest

from terrace.kernel.errors import Invalid
from terrace.kernel.identity import refuse_identity_number, without_identity_numbers

LONG = [
    "621226188501011233",
    "62122618850101125X",
    "62122618850101125x",
    "62122618850101129X",
    "ID: 6212 2618 8501 0112 33",
    "6-2-1-2-2-6-1-8-8-5-0-1-0-1-1-2-3-3",
    "６２１２２６１８８５０１０１１２３３",
    "赵素琴621226188501011233号",
    "13909390001 621226188501011233",
    "621226188501011233 13909390001",
]
SHORT = [
    "621226300101123",
    "no. 621226 300101 123, Willow Lane",
    "６２１２２６３００１０１１２３",
    "赵素琴621226-300101-123",
]


@pytest.mark.parametrize("text", LONG + SHORT)
def test_refuses_an_identity_number_however_it_is_written(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        refuse_identity_number(text, field="name")

    assert (refused.value.field, refused.value.code) == ("name", "identity_number")


@pytest.mark.parametrize(
    "text",
    [
        "13909390001",
        "13909390001 13909390002",
        "13909850101 2345",
        "1390985 0101 2345",
        "008613909390001",
        "+86 139 0939 0001 / 0939-8212345",
        "0808.10.00.10",
        "621226101200",
        "621226101200101",
        "621226201203101",
        "621226188501011234",
        "621226188513011233",
        "991226188501011233",
        "991226300101123",
        "621226301301123",
        "6222021234567890",
        "6222 0218 8501 0112 331",
        "6222021885010112331",
        "62220218850101123",
        "2026112200012345",
        "No. 18, Willow Lane",
    ],
)
def test_lets_phones_codes_and_accounts_pass(text: str) -> None:
    refuse_identity_number(text)

    assert without_identity_numbers(text) == text


@pytest.mark.parametrize("text", LONG + SHORT)
def test_hands_a_refused_text_back_without_the_number(text: str) -> None:
    shown = without_identity_numbers(text)

    refuse_identity_number(shown)
    assert "••••" in shown


def test_the_rest_of_a_text_that_is_handed_back_stays() -> None:
    assert without_identity_numbers("Ma 621226188501011233, Willow") == "Ma ••••, Willow"
