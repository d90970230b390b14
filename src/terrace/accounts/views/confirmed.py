"""Pages that open only to somebody who has just shown again who they are."""

from typing import TypeVar, cast

from allauth.account.decorators import reauthentication_required

V = TypeVar("V")


def confirmed(view: V) -> V:
    """Ask for the password or a second factor first, unless that was done in the last minutes."""
    return cast(V, reauthentication_required(view))
