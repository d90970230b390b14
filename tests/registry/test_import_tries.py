"""Several tries of one import: the first to end counts, and a try is repeated only when it fell silent."""

from datetime import timedelta
from typing import Any

import pytest

from terrace.audit.models import Act
from terrace.messaging.models import Notice
from terrace.registry import services, tasks
from terrace.registry.domain import ImportState
from terrace.registry.models import Party
from terrace.registry.services import imports
from terrace.registry.services.imports import StillUnderWay
from tests.conftest import Cast
from tests.registry.test_imports import GOOD, send


def test_an_import_that_ended_while_another_try_was_checking_is_not_written_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    run = send(cast.keeper.actor, GOOD)
    check = imports.check_rows

    def check_slowly(*args: Any) -> Any:
        checked = check(*args)
        monkeypatch.setattr(imports, "check_rows", check)
        tasks.run_import(run.pk)
        return checked

    monkeypatch.setattr(imports, "check_rows", check_slowly)

    tasks.run_import(run.pk)

    run.refresh_from_db()
    assert (run.state, run.created_count) == (ImportState.DONE, 1)
    assert Party.objects.filter(name="Ma Lanying").count() == 1
    assert Act.objects.filter(act="registry.import_parties").count() == 1


@pytest.mark.parametrize("end", ["refuses", "fails"])
def test_a_second_try_leaves_the_end_of_the_first_as_it_is(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    run = send(cast.keeper.actor, GOOD)
    check = imports.check_rows

    def check_after_the_other(*args: Any) -> Any:
        monkeypatch.setattr(imports, "check_rows", check)
        tasks.run_import(run.pk)
        return check(*args) if end == "refuses" else 1 / 0

    monkeypatch.setattr(imports, "check_rows", check_after_the_other)

    try:
        tasks.run_import(run.pk)
    except ZeroDivisionError:
        assert end == "fails"

    run.refresh_from_db()
    assert (run.state, run.created_count, run.problems) == (ImportState.DONE, 1, [])
    assert Notice.objects.filter(person_id=cast.keeper.person.pk).count() == 1


def test_an_import_under_way_is_started_again_only_when_it_fell_silent(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    asked: list[int] = []
    monkeypatch.setattr(imports, "_enqueue", asked.append)
    run = send(cast.keeper.actor, GOOD)
    soon, late = run.created_at + timedelta(minutes=9), run.created_at + timedelta(minutes=11)

    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(StillUnderWay):
            services.restart_import(by=cast.keeper.actor, run=run, now=soon)
        assert asked == []
        services.restart_import(by=cast.keeper.actor, run=run, now=late)
        with pytest.raises(StillUnderWay):
            services.restart_import(by=cast.keeper.actor, run=run, now=late + timedelta(minutes=1))

    assert asked == [run.pk]
