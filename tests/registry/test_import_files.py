"""Files of parties as a whole: who may send what, who sees it, how long it is kept."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from terrace.http import workbooks
from terrace.http.workbooks import Head
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden, Invalid
from terrace.registry import queries, services
from terrace.registry.models import ImportRun
from terrace.registry.services import imports
from tests.conftest import Cast
from tests.registry.sheets import GOOD, reasons, send, sheet


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


def test_the_form_refuses_a_file_as_large_as_the_act_would(cast: Cast) -> None:
    most = imports.MOST_BYTES
    fits, large = SimpleUploadedFile("p.xlsx", b"1" * most), SimpleUploadedFile("p.xlsx", b"1" * (most + 1))

    assert workbooks.WorkbookField().clean(fits) is fits
    with pytest.raises(ValidationError):
        workbooks.WorkbookField().clean(large)
    with pytest.raises(Invalid, match="too large"):
        services.start_import(by=cast.station.actor, content=large.read(), file_name="p.xlsx")

    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("who", ["bureau", "farmer", "buyer"])
def test_refuses_who_keeps_no_register(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        send(getattr(cast, who).actor, GOOD)

    assert not ImportRun.objects.exists()


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


def test_reasons_are_in_the_language_of_who_sent_the_file(cast: Cast) -> None:
    with override("zh-hans"):
        run = send(cast.keeper.actor, {**GOOD, "name": ""})

    assert run.language == "zh-hans"


def test_an_identity_number_is_not_kept_in_the_rows_to_correct(cast: Cast) -> None:
    run = send(cast.keeper.actor, {**GOOD, "name": "Ma 621226188501011233"})

    run.refresh_from_db()
    assert run.bad_rows[0]["values"]["name"] == "Ma ••••"
    assert reasons(run) == [(2, "Name")]
