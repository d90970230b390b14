"""Files of parties: every bad row told, all or none, corrected and sent again."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from terrace.accounts.models import Post
from terrace.audit.models import Act
from terrace.http import workbooks
from terrace.http.workbooks import Head, Sheet
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden, Invalid
from terrace.messaging.models import Notice
from terrace.registry import queries, services, tasks
from terrace.registry.domain import ImportState
from terrace.registry.models import Household, ImportRun, Party
from terrace.registry.services import imports
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast
from tests.factories import AreaFactory, HouseholdFactory, PartyFactory

GOOD = {"name": "Ma Lanying", "kind": "household", "area": VILLAGE, "phone": "13909390001"}


def sheet(*rows: Mapping[str, Any], heads: Sequence[Head] = services.SHEET) -> bytes:
    return workbooks.write(Sheet("Parties", heads, [[row.get(head.name, "") for head in heads] for row in rows]))


def send(by: Actor, *rows: Mapping[str, Any], takes_good_rows: bool = False) -> ImportRun:
    return services.start_import(by=by, content=sheet(*rows), file_name="parties.xlsx", takes_good_rows=takes_good_rows)


def reasons(run: ImportRun) -> list[tuple[int, str]]:
    return [(problem["row"], problem["column"]) for problem in run.problems]


def test_takes_every_row_of_a_good_file(cast: Cast) -> None:
    shop = {"name": "Hill Shop", "kind": "Enterprise", "area": VILLAGE, "email": "shop@example.org"}

    run = send(cast.keeper.actor, {**GOOD, "is_low_income": "yes"}, shop)

    assert (run.state, run.created_count, run.total) == (ImportState.DONE, 2, 2)
    household = Party.objects.get(name="Ma Lanying")
    assert (household.phone, household.area_path) == ("+8613909390001", VILLAGE)
    assert Household.objects.get(party=household).is_low_income
    acts = Act.objects.filter(act="registry.register_party")
    assert acts.count() == 2
    assert all(act.details["import"] == run.number for act in acts.order_by("pk"))
    assert run.content is None


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"name": ""}, "Name"),
        ({"name": "Ma 621226198501011234"}, "Name"),
        ({"kind": ""}, "Kind"),
        ({"kind": "hamlet"}, "Kind"),
        ({"area": ""}, "Place"),
        ({"area": "999999999999"}, "Place"),
        ({"area": NEIGHBOUR_VILLAGE}, "Place"),
        ({"area": VILLAGE[:9]}, "Place"),
        ({"phone": "12"}, "Phone"),
        ({"email": "nobody"}, "E-mail"),
        ({"address": "x" * 201}, "Address"),
        ({"is_low_income": "maybe"}, "Low income"),
        ({"kind": "enterprise", "is_low_income": "yes"}, "Low income"),
        ({"number": "P-NOBODY00"}, "Number"),
    ],
)
def test_tells_sheet_row_column_and_reason_of_a_bad_row_and_takes_nothing(
    cast: Cast, change: dict[str, str], column: str
) -> None:
    AreaFactory(code=NEIGHBOUR_VILLAGE)
    before = Party.objects.count()

    run = send(cast.keeper.actor, {**GOOD, "name": "Good One", "phone": ""}, {**GOOD, **change})

    assert run.state == ImportState.REFUSED
    assert reasons(run) == [(3, column)]
    assert run.problems[0]["sheet"] == "Parties"
    assert run.problems[0]["reason"]
    assert Party.objects.count() == before
    assert not Act.objects.filter(act="registry.register_party").exists()


def test_tells_everything_that_is_wrong_with_a_row_at_once(cast: Cast) -> None:
    run = send(cast.keeper.actor, {"name": "", "kind": "hamlet", "area": "nowhere", "phone": "12", "email": "x"})

    assert sorted(column for _row, column in reasons(run)) == ["E-mail", "Kind", "Name", "Phone", "Place"]


def test_takes_the_good_rows_when_asked_to(cast: Cast) -> None:
    run = send(cast.keeper.actor, GOOD, {**GOOD, "name": "", "phone": ""}, takes_good_rows=True)

    assert (run.state, run.created_count, run.bad_count) == (ImportState.DONE, 1, 1)
    assert Party.objects.filter(name="Ma Lanying").exists()
    assert reasons(run) == [(3, "Name")]


def test_the_workbook_to_correct_holds_the_bad_rows_and_is_accepted_once_corrected(cast: Cast) -> None:
    run = send(cast.keeper.actor, GOOD, {**GOOD, "name": "Li Guifang", "phone": "12"}, takes_good_rows=True)
    rows, problems = services.rows_to_correct(run)
    written = workbooks.write(workbooks.problem_sheet(rows, services.SHEET, problems))

    [bad] = workbooks.read(BytesIO(written), services.SHEET)
    assert (bad.values["name"], bad.values["phone"]) == ("Li Guifang", "12")
    again = send(cast.keeper.actor, {**bad.values, "phone": "13909390002"})

    assert (again.state, again.created_count) == (ImportState.DONE, 1)
    assert Party.objects.get(name="Li Guifang").phone == "+8613909390002"


def test_a_row_that_looks_registered_says_which_and_is_taken_when_confirmed(cast: Cast) -> None:
    known = PartyFactory(phone="+8613909390001", area=AreaFactory(code=VILLAGE))

    run = send(cast.keeper.actor, GOOD)
    assert reasons(run) == [(2, "Register all the same")]
    assert known.number in run.problems[0]["reason"]

    again = send(cast.keeper.actor, {**GOOD, "is_new": "yes"})
    assert again.created_count == 1


def test_two_rows_alike_in_one_file_are_told(cast: Cast) -> None:
    run = send(cast.keeper.actor, GOOD, {**GOOD, "name": "ma lanying", "phone": ""})

    assert reasons(run) == [(3, "Register all the same")]
    assert "2" in run.problems[0]["reason"]


def test_a_phone_known_outside_the_area_is_told_without_whose_it_is(cast: Cast) -> None:
    hidden = PartyFactory(phone="+8613909390001", area=AreaFactory(code=NEIGHBOUR_VILLAGE))

    run = send(cast.keeper.actor, GOOD)

    assert hidden.number not in run.problems[0]["reason"]
    assert run.state == ImportState.REFUSED


def test_changes_a_known_party_by_its_number_and_leaves_what_is_empty(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None
    Party.objects.filter(pk=party.pk).update(address="Willow Lane 3")

    run = send(cast.keeper.actor, {"number": party.number.lower(), "phone": "13909390009", "has_disability": "是"})

    assert (run.changed_count, run.created_count) == (1, 0)
    party.refresh_from_db()
    assert (party.name, party.phone, party.address) == ("Zhao Suqin", "+8613909390009", "Willow Lane 3")
    assert Household.objects.get(party=party).has_disability


def test_the_kind_of_a_known_party_cannot_change(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None

    run = send(cast.keeper.actor, {"number": party.number, "kind": "enterprise"})

    assert reasons(run) == [(2, "Kind")]


def test_a_number_twice_in_a_file_is_told(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None

    run = send(cast.keeper.actor, {"number": party.number}, {"number": party.number})

    assert reasons(run) == [(3, "Number")]


def test_somebody_elses_party_is_as_unknown_as_none(cast: Cast) -> None:
    other = HouseholdFactory(area=AreaFactory(code=NEIGHBOUR_VILLAGE))

    run = send(cast.keeper.actor, {"number": other.number, "name": "Taken Over"})

    assert reasons(run) == [(2, "Number")]
    other.refresh_from_db()
    assert other.name != "Taken Over"


def test_marks_need_the_permission_to_see_them(cast: Cast) -> None:
    run = send(cast.station.actor, {**GOOD, "is_low_income": "yes"})

    assert reasons(run) == [(2, "Low income")]
    assert not Party.objects.filter(name="Ma Lanying").exists()


def test_a_place_is_named_by_its_only_name_in_the_area(cast: Cast) -> None:
    area = AreaFactory(code=VILLAGE)
    area.names, area.search = {"en": "Willow Village", "zh-hans": "柳树村"}, "willow village 柳树村 liushucun lsc"
    area.save()

    run = send(cast.station.actor, {**GOOD, "area": "柳树村"})

    assert run.created_count == 1
    assert Party.objects.get(name="Ma Lanying").area_id == VILLAGE


def test_a_name_of_several_places_asks_for_the_code(cast: Cast) -> None:
    for code in (VILLAGE, "621226101201"):
        area = AreaFactory(code=code)
        area.names, area.search = {"en": "Willow"}, "willow"
        area.save()

    run = send(cast.station.actor, {**GOOD, "area": "Willow"})

    assert reasons(run) == [(2, "Place")]


def test_reasons_are_in_the_language_of_who_sent_the_file(cast: Cast) -> None:
    with override("zh-hans"):
        run = send(cast.keeper.actor, {**GOOD, "name": ""})

    assert run.language == "zh-hans"


def test_titles_and_kinds_are_read_in_any_language(cast: Cast) -> None:
    with override("zh-hans"):
        content = sheet({**GOOD, "kind": str(queries.get_party(cast.farmer.actor, cast.farmer.party.number).kind)})

    run = services.start_import(by=cast.keeper.actor, content=content, file_name="x.xlsx")

    assert run.created_count == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"not a workbook", sheet(), sheet({"x": 1}, heads=[Head("x", "Unknown")])],
)
def test_refuses_what_is_no_such_workbook_at_the_file(cast: Cast, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        services.start_import(by=cast.keeper.actor, content=content, file_name="x.xlsx")

    assert refused.value.field == "file"
    assert not ImportRun.objects.exists()


def test_refuses_a_file_of_too_many_rows(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MOST_ROWS", 1)

    with pytest.raises(Invalid) as refused:
        send(cast.keeper.actor, GOOD, {**GOOD, "name": "Other"})

    assert refused.value.field == "file"
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("who", ["bureau", "farmer", "buyer"])
def test_refuses_who_keeps_no_register(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        send(getattr(cast, who).actor, GOOD)

    assert not ImportRun.objects.exists()


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


def test_an_import_is_seen_by_its_sender_only(cast: Cast) -> None:
    run = send(cast.keeper.actor, GOOD)

    assert queries.get_import(cast.keeper.actor, run.number) == run
    assert not queries.imports_visible_to(cast.centre.actor).exists()
    assert not queries.imports_visible_to(Actor()).exists()


def test_imports_of_long_ago_are_forgotten_with_their_rows(cast: Cast) -> None:
    run = send(cast.keeper.actor, GOOD)
    soon, late = run.created_at + timedelta(days=29), run.created_at + timedelta(days=31)

    assert services.forget_imports(now=soon) == 0
    assert services.forget_imports(now=late) == 1
    assert not ImportRun.objects.exists()


def test_a_check_makes_the_same_number_of_queries_for_one_row_and_for_many(
    cast: Cast,
) -> None:
    places = villages(40)

    def queries_for(count: int) -> int:
        given = ({**GOOD, "name": f"Ma {n}", "phone": "", "area": places[n % 40]} for n in range(count))
        rows = workbooks.read(BytesIO(sheet(*given)), services.SHEET)
        with CaptureQueriesContext(connection) as captured:
            checked = imports.check_rows(cast.station.actor, rows)
        assert checked.problems == []
        return len(captured)

    assert queries_for(1) == queries_for(100)


def test_new_rows_are_written_with_the_same_number_of_queries_for_one_and_for_many(cast: Cast) -> None:
    def queries_for(name: str, count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            run = send(cast.station.actor, *({**GOOD, "name": f"{name} {n}", "phone": ""} for n in range(count)))
        assert run.created_count == count
        return len(captured)

    assert queries_for("Ma", 1) == queries_for("Li", 100)
    assert Act.objects.filter(act="registry.register_party").count() == 101


def villages(count: int) -> list[str]:
    """Make villages below the township, and return their names, in one language and case or the other."""
    for n in range(count):
        area = AreaFactory(code=f"6212261012{n + 50:02}")
        area.names = {"en": f"Hill {n}", "zh-hans": f"山{n}村"}
        area.save()
    return [f"HILL {n}" if n % 2 else f"山{n}村" for n in range(count)]


def test_the_form_refuses_a_file_as_large_as_the_act_would(cast: Cast) -> None:
    most = imports.MOST_BYTES
    fits, large = SimpleUploadedFile("p.xlsx", b"1" * most), SimpleUploadedFile("p.xlsx", b"1" * (most + 1))

    assert workbooks.WorkbookField().clean(fits) is fits
    with pytest.raises(ValidationError):
        workbooks.WorkbookField().clean(large)
    with pytest.raises(Invalid, match="too large"):
        services.start_import(by=cast.station.actor, content=large.read(), file_name="p.xlsx")

    assert not ImportRun.objects.exists()
