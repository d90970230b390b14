"""Foreign keys are imports too: downward only, nameless on the other side, and never a way to lose another's rows."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import PROTECT, ForeignKey

from tests.architecture.house import ladder


def _keys_between_contexts() -> Iterator[tuple[ForeignKey[Any, Any], str, str]]:
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, ForeignKey) and model._meta.app_label in ladder():
                here, there = model._meta.app_label, field.related_model._meta.app_label
                if here != there:
                    yield field, here, there


def test_foreign_keys_point_downward() -> None:
    upward = [str(field) for field, here, there in _keys_between_contexts() if ladder()[there] >= ladder()[here]]
    assert not upward


def test_foreign_keys_between_contexts_leave_no_name_on_the_other_side() -> None:
    named = [str(field) for field, _, _ in _keys_between_contexts() if field.remote_field.related_name != "+"]
    assert not named, 'write related_name="+"'


def test_foreign_keys_between_contexts_protect_what_they_point_to() -> None:
    open_ = [str(field) for field, _, _ in _keys_between_contexts() if field.remote_field.on_delete is not PROTECT]
    assert not open_, "write on_delete=models.PROTECT"


def test_there_are_foreign_keys_between_contexts_to_check() -> None:
    assert any(there == "network" for _, _, there in _keys_between_contexts())
