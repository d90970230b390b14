"""The whole program starts, and its cast can act."""

from tests.conftest import VILLAGE, Cast


def test_the_cast_may_do_what_its_posts_allow_and_nothing_elsewhere(cast: Cast) -> None:
    keeper = cast.keeper.actor
    assert keeper.grants["sourcing.record_supply"] == (VILLAGE,)
    assert cast.farmer.actor.parties == {cast.farmer.party.pk}
    assert not cast.farmer.actor.grants
