"""Imports by a job, and several tries of one: the first to end counts; one is repeated only when it fell silent."""

from datetime import timedelta
from typing import Any

import pytest

from terrace.accounts.models import Post
from terrace.audit.models import Act
from terrace.kernel.errors import Forbidden
from terrace.messaging.models import Notice
from terrace.registry import services, tasks
from terrace.registry.domain import ImportState
from terrace.registry.models import ImportRun, Party
from terrace.registry.services import imports
from terrace.registry.services.imports import StillUnderWay
from tests.conftest import Cast
from tests.registry.sheets import GOOD, reasons, send


def test_a_large_file_waits_for_the_job_which_does_it_as_its_sender(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    asked: list[int] = []
    monkeypatch.setattr(imports, "_enqueue", asked.append)

    with django_capture_on_commit_callbacks(execute=True):
        run = send(cast.keeper.actor, GOOD)
    assert (run.state, asked) == (ImportState.WAITING, [run.pk])
    assert not Party.objects.filter(name="Ma Lanying").exists()

    tasks.run_import(run.pk)
    tasks.run_import(run.pk)

    run.refresh_from_db()
    assert (run.state, run.checked, run.created_count) == (ImportState.DONE, 1, 1)
    assert Act.objects.get(act="registry.import_parties").person_id == cast.keeper.person.pk
    assert Notice.objects.filter(person_id=cast.keeper.person.pk).count() == 1


def test_the_job_is_in_the_queue_after_the_commit(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        send(cast.keeper.actor, GOOD)

    assert len(callbacks) == 1


def test_who_lost_the_post_meanwhile_writes_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    run = send(cast.keeper.actor, GOOD)
    Post.objects.filter(person=cast.keeper.person).delete()

    tasks.run_import(run.pk)

    run.refresh_from_db()
    assert run.state == ImportState.REFUSED
    assert not Party.objects.filter(name="Ma Lanying").exists()


def test_a_fault_leaves_nothing_and_the_import_can_be_started_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    run = send(cast.keeper.actor, GOOD)
    with monkeypatch.context() as broken:
        broken.setattr(imports.audit, "record", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks.run_import(run.pk)
    run.refresh_from_db()
    assert run.state == ImportState.FAILED
    assert not Party.objects.filter(name="Ma Lanying").exists()

    monkeypatch.setattr(imports, "_enqueue", lambda run_id: None)
    services.restart_import(by=cast.keeper.actor, run=run)
    tasks.run_import(run.pk)

    run.refresh_from_db()
    assert run.state == ImportState.DONE


def test_a_row_changed_by_another_since_the_check_undoes_the_whole_import(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    party = cast.farmer.party
    assert party is not None
    check = imports.check_rows

    def check_slowly(*args: Any) -> Any:
        checked = check(*args)
        services.deactivate_party(by=cast.station.actor, party=Party.objects.get(pk=party.pk), version=1)
        return checked

    monkeypatch.setattr(imports, "check_rows", check_slowly)

    run = send(cast.keeper.actor, GOOD, {"number": party.number, "name": "Zhao Changed"})

    assert (run.state, reasons(run)) == (ImportState.REFUSED, [(3, "Number")])
    assert not Party.objects.filter(name__in=["Ma Lanying", "Zhao Changed"]).exists()


def test_a_row_changed_by_another_since_the_check_is_left_out_of_the_good_ones(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    party = cast.farmer.party
    assert party is not None
    check = imports.check_rows

    def check_slowly(*args: Any) -> Any:
        checked = check(*args)
        services.deactivate_party(by=cast.station.actor, party=Party.objects.get(pk=party.pk), version=1)
        return checked

    monkeypatch.setattr(imports, "check_rows", check_slowly)
    changed = {"number": party.number, "phone": "13909390077"}

    run = send(cast.keeper.actor, GOOD, changed, {**GOOD, "name": ""}, takes_good_rows=True)

    counts = (run.created_count, run.changed_count, run.unchanged_count, run.bad_count)
    assert (run.state, counts) == (ImportState.DONE, (1, 0, 0, 2))
    assert set(reasons(run)) == {(3, "Number"), (4, "Name")}
    assert [row["number"] for row in run.bad_rows] == [3, 4]
    assert Party.objects.filter(name="Ma Lanying").exists()
    assert Party.objects.get(pk=party.pk).phone == party.phone
    assert not Act.objects.filter(act="registry.change_party").exists()


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


@pytest.mark.parametrize("who", ["neighbour", "stranger", "bureau", "farmer"])
def test_nobody_starts_the_import_of_somebody_elses_village_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    run = send(cast.keeper.actor, GOOD)
    ImportRun.objects.update(state=ImportState.FAILED)

    with pytest.raises(Forbidden):
        services.restart_import(by=getattr(cast, who).actor, run=run)

    run.refresh_from_db()
    assert (run.state, run.tried_at) == (ImportState.FAILED, None)
    assert not Act.objects.exists()


@pytest.mark.parametrize("who", ["keeper", "station"])
def test_the_sender_and_who_keeps_the_register_there_start_it_again_on_record(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    run = send(cast.keeper.actor, GOOD)
    ImportRun.objects.update(state=ImportState.FAILED)
    member = getattr(cast, who)

    services.restart_import(by=member.actor, run=run)

    run.refresh_from_db()
    act = Act.objects.get(act="registry.restart_import")
    assert run.state == ImportState.WAITING
    assert (act.person_id, act.subject_id, act.area_path) == (member.person.pk, str(run.pk), run.area_path)


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
