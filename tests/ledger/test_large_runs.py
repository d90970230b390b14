"""A run of payouts too large for one go: a job prepares it, goes on where it stopped, and can be taken up again."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import connection

from terrace.accounts.models import Post
from terrace.audit.models import Act
from terrace.config.actors import actor_for
from terrace.kernel import clock
from terrace.kernel.errors import Forbidden
from terrace.ledger import services as ledger
from terrace.ledger.domain import RunState
from terrace.ledger.models import Account, Transfer
from terrace.ledger.services import payouts
from terrace.ledger.tasks import prepare_payouts as prepare_job
from tests import factories
from tests.conftest import VILLAGE, Cast
from tests.ledger.conftest import Give, on_the_way, prepare, yuan


def test_a_large_run_is_a_job_that_goes_on_where_it_stopped(
    cast: Cast, give: Give, farmers: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payouts, "AT_ONCE", 0)
    monkeypatch.setattr(payouts, "BATCH", 1)
    other = factories.HouseholdFactory(area=factories.AreaFactory(code=VILLAGE))
    give(other.pk, yuan(7))
    run = prepare(cast)
    assert (run.standing, run.seen, run.total) == (RunState.PREPARING, 0, 2)
    with pytest.raises(ledger.StillPreparing):
        ledger.export_payouts(by=cast.clerk.actor, run=run)
    with pytest.raises(ledger.StillPreparing):
        ledger.cancel_payouts(by=cast.clerk.actor, run=run, version=run.version)
    with pytest.raises(ledger.StillPreparing):
        ledger.restart_preparation(by=cast.clerk.actor, run=run)
    ledger.restart_preparation(by=cast.clerk.actor, run=run, now=clock.now() + timedelta(hours=1))

    payouts._prepare_some(run.pk, cast.clerk.actor, clock.now())
    run.refresh_from_db()
    assert (run.standing, run.seen) == (RunState.PREPARING, 1)
    for _time in range(2):
        ledger.run_preparation(run_id=run.pk, by=cast.clerk.actor)

    run.refresh_from_db()
    assert (run.standing, run.seen, run.count, run.without_account) == (RunState.PREPARED, 2, 1, 1)
    assert on_the_way() == yuan(120)


def test_the_job_prepares_as_the_clerk_who_began(
    cast: Cast,
    farmers: Account,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[object]]],
) -> None:
    monkeypatch.setattr(payouts, "AT_ONCE", 0)
    with django_capture_on_commit_callbacks(execute=True):
        run = prepare(cast)
    with connection.cursor() as cursor:
        cursor.execute("select args from procrastinate_jobs where task_name = %s", [ledger.PREPARE_JOB])
        assert cursor.fetchall()[0][0] in ({"run_id": run.pk}, f'{{"run_id": {run.pk}}}')

    prepare_job(run.pk)

    run.refresh_from_db()
    assert (run.standing, run.count) == (RunState.PREPARED, 1)
    assert Transfer.objects.get(reason="payout").posted_by_id == cast.clerk.person.pk


def test_who_takes_a_silent_run_up_goes_on_with_it_when_who_began_it_has_left(
    cast: Cast, farmers: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payouts, "AT_ONCE", 0)
    run = prepare(cast)
    Post.objects.filter(person_id=cast.clerk.person.pk).update(ends_on=clock.today() - timedelta(days=1))
    with pytest.raises(Forbidden):
        prepare_job(run.pk)

    colleague = factories.PostFactory(
        unit=factories.UnitFactory(area=factories.AreaFactory(code=VILLAGE[:6])), role="centre-clerk"
    ).person
    ledger.restart_preparation(by=actor_for(colleague), run=run, now=clock.now() + timedelta(hours=1))
    prepare_job(run.pk)

    run.refresh_from_db()
    assert (run.standing, run.count, run.person_id) == (RunState.PREPARED, 1, colleague.pk)
    assert Act.objects.get(act="ledger.restart_payouts").person_id == colleague.pk
