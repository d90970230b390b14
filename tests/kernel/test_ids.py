"""References and secrets."""

import re

from hypothesis import given
from hypothesis import strategies as st

from terrace.kernel import ids


def test_a_reference_is_read_aloud_without_doubt() -> None:
    for _ in range(200):
        assert re.fullmatch(r"S-[0-9A-HJKMNP-TV-Z]{8}", ids.reference("S"))


def test_references_do_not_repeat() -> None:
    assert len({ids.reference("S") for _ in range(2000)}) == 2000


def test_a_reference_uses_the_whole_alphabet() -> None:
    assert set("".join(ids.reference("", length=2000))) - {"-"} == set(ids.ALPHABET)


def test_secrets_are_long_and_fit_for_an_address() -> None:
    made = {ids.secret() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"[\w-]{43}", secret) for secret in made)


@given(st.text(), st.text())
def test_a_fingerprint_tells_secrets_apart_and_not_what_they_are(one: str, other: str) -> None:
    assert (ids.fingerprint(one) == ids.fingerprint(other)) is (one == other)
    assert re.fullmatch(r"[0-9a-f]{64}", ids.fingerprint(one))
