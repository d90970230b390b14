"""A file of divisions with mistakes: every bad row is told, and nothing is taken."""

from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terrace.audit.models import Act
from terrace.http.workbooks import RowsRefused
from terrace.kernel.actors import SYSTEM
from terrace.kernel.deployment import using
from terrace.kernel.errors import Forbidden, Invalid
from terrace.network import queries, services
from terrace.network.models import Area, AreaOutline
from tests.conftest import Cast
from tests.network.places import CHINA, HEADS, UPLAND, rows, upland_rows

pytestmark = pytest.mark.django_db
VILLAGE = "621226101209"
SQUARE = {"type": "Polygon", "coordinates": [[[105, 34], [105, 35], [106, 35], [105, 34]]]}


def _refused(*more: tuple[str, ...], known: bool = False) -> list[tuple[int, str]]:
    """Import China's rows and `more`; return where the bad rows are, having seen that nothing was taken."""
    if known:
        services.import_areas(by=SYSTEM, rows=rows())
    before = list(Area.objects.order_by("code").values())
    with pytest.raises(RowsRefused) as refusal:
        services.import_areas(by=SYSTEM, rows=rows(*(() if known else CHINA), *more))
    assert list(Area.objects.order_by("code").values()) == before
    assert all(problem.reason for problem in refusal.value.problems)
    return [(problem.row, problem.column) for problem in refusal.value.problems]


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["6212,,prefecture,陇南市", '621226,6212,county,"礼县', "621226101,621226,township,盐官镇"], 3),
        (["6212,,prefecture," + "陇" * 131_073], 2),
        (['6212,,prefecture,"陇"南市'], 2),
    ],
)
def test_a_file_that_stops_being_one_is_refused_at_its_line(tmp_path: Path, lines: list[str], line: int) -> None:
    file = tmp_path / "areas.csv"
    file.write_text("\n".join(["code,parent_code,level,name_zh", *lines]), "utf-8")

    with pytest.raises(Invalid, match=f"Line {line} ") as refused:
        services.import_areas(by=SYSTEM, file=file)
    with pytest.raises(CommandError, match=f"Line {line} "):
        call_command("import_areas", str(file), verbosity=0)

    assert refused.value.field == "file"
    assert not Area.objects.exists()


@pytest.mark.parametrize("who", ["clerk", "centre", "stranger", "farmer"])
def test_nobody_below_the_whole_imports_areas_or_outlines(cast: Cast, who: str) -> None:
    by, before = getattr(cast, who).actor, list(Area.objects.order_by("code").values())
    collection = {"features": [{"properties": {"code": VILLAGE[:9]}, "geometry": SQUARE}]}

    with pytest.raises(Forbidden):
        services.import_outlines(by=by, collection=collection)
    with pytest.raises(Forbidden):
        services.import_areas(by=by, rows=rows())

    assert not AreaOutline.objects.exists()
    assert list(Area.objects.order_by("code").values()) == before


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("", "621226101", "village", "下坪村", "", "", ""), "code"),
        (("621226101/20", "621226101", "village", "下坪村", "", "", ""), "code"),
        (("6212261012 9", "621226101", "village", "下坪村", "", "", ""), "code"),
        (("62122610120", "621226101", "village", "下坪村", "", "", ""), "code"),
        (("621227101209", "621226101", "village", "下坪村", "", "", ""), "code"),
        ((VILLAGE, VILLAGE, "village", "下坪村", "", "", ""), "parent_code"),
        ((VILLAGE, "621226999", "village", "下坪村", "", "", ""), "code"),
        (("621226999209", "621226999", "village", "下坪村", "", "", ""), "parent_code"),
        ((VILLAGE, "621226101", "", "下坪村", "", "", ""), "level"),
        ((VILLAGE, "621226101", "a level with a long name", "下坪村", "", "", ""), "level"),
        ((VILLAGE, "621226101", "village", "", "", "", ""), "name"),
        ((VILLAGE, "621226101", "village", "村" * 121, "", "", ""), "name"),
        ((VILLAGE, "621226101", "village", "下坪村", "", "north", "105.2"), "latitude"),
        ((VILLAGE, "621226101", "village", "下坪村", "", "34.2", ""), "longitude"),
        ((VILLAGE, "621226101", "village", "下坪村", "", "134.2", "105.2"), "latitude"),
        ((VILLAGE, "621226101", "village", "下坪村", "", "nan", "105.2"), "latitude"),
        ((VILLAGE, "621226101", "village", "下坪村", "", "34.2", "1e2"), "longitude"),
        ((VILLAGE, "621226101", "village", "下坪村", "", "3_4", "105.2"), "latitude"),
        (("621226101200", "621226101", "village", "排头村", "", "", ""), "code"),
    ],
)
def test_a_bad_row_is_told_by_line_and_column(row: tuple[str, ...], column: str) -> None:
    assert _refused(row) == [(8, column)]


def test_every_bad_row_is_told_in_the_order_of_the_file() -> None:
    bad = [
        ("6212261019", "621226101", "village", "下坪村", "", "", ""),
        ("621226101210", "621226101", "village", "", "", "x", "1"),
        ("621226102211", "621226102", "village", "上坪村", "", "", ""),
        ("6212", "62", "prefecture", "陇南市", "", "", ""),
    ]
    assert _refused(*bad) == [(8, "code"), (9, "name"), (9, "latitude"), (10, "parent_code"), (11, "code")]


def test_what_lies_in_an_area_with_a_bad_row_is_not_told_as_bad() -> None:
    assert _refused(
        ("621226102", "621226", "township", "", "", "", ""),
        ("621226102200", "621226102", "village", "上坪村", "", "", ""),
    ) == [(8, "name")]


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text(",".join(HEADS), encoding="utf-8")

    before = set(Area.objects.values_list("code", flat=True))
    with pytest.raises(RowsRefused):
        services.import_areas(by=SYSTEM, file=empty)
    assert set(Area.objects.values_list("code", flat=True)) == before
    assert not Act.objects.exists()


def test_a_line_with_too_many_values_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "areas.csv"
    file.write_text("code,parent_code,level,name_zh\n62,,province,甘肃省,Gansu\n", encoding="utf-8")

    with pytest.raises(RowsRefused) as refusal:
        services.import_areas(by=SYSTEM, file=file)
    assert [(problem.sheet, problem.row) for problem in refusal.value.problems] == [("areas.csv", 2)]
    assert not Area.objects.filter(code="62").exists()
    assert not Act.objects.exists()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x81", b""])
def test_what_is_no_list_of_divisions_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "areas.csv").write_bytes(content)

    with pytest.raises(Invalid):
        services.import_areas(by=SYSTEM, file=tmp_path / "areas.csv")
    with pytest.raises(Invalid):
        services.import_areas(by=SYSTEM, file=tmp_path / "missing.csv")
    assert not Area.objects.exists()


def test_an_import_does_not_move_an_area_nor_change_its_tier() -> None:
    assert _refused(
        ("621226101200", "621226", "village", "排头村", "", "", ""),
        ("621226101201", "621226101", "hamlet", "城关社区", "", "", ""),
        known=True,
    ) == [(2, "parent_code"), (3, "level")]


ZONE, SMALL_ZONE = (
    ("6212261", "621226", "zone", "园区", "", "", ""),
    ("62122610120", "621226101", "zone", "小区", "", "", ""),
)


@pytest.mark.parametrize(
    "row",
    [ZONE, SMALL_ZONE, ("62122", "6212", "zone", "北部", "", "", ""), ("6", "", "country", "Far", "Far", "", "")],
)
def test_an_area_cannot_come_between_others_by_its_code(row: tuple[str, ...]) -> None:
    assert _refused(row, known=True) == [(2, "code")]


@pytest.mark.parametrize(
    ("row", "line"), [(ZONE, 5), (("6", "", "country", "Far", "Far", "", ""), 2)], ids=["a zone", "another top"]
)
def test_an_area_that_comes_between_others_in_one_file_is_told_where_they_leave_it_out(
    row: tuple[str, ...], line: int
) -> None:
    assert _refused(row) == [(line, "parent_code")]


@pytest.mark.parametrize("known", [False, True])
def test_a_tier_that_is_passed_over_is_refused_where_the_code_lies_in_one(known: bool) -> None:
    village = ("621226101999", "621226", "village", "下坪村", "", "", "")
    assert _refused(village, known=known) == [(2 if known else 8, "parent_code")]


def test_an_area_below_one_that_is_no_tier_names_it() -> None:
    new = (
        ("6212269", "621226", "zone", "园区", "", "", ""),
        ("621226901", "6212269", "township", "新镇", "", "", ""),
        ("621226901200", "621226901", "village", "新村", "", "", ""),
    )
    services.import_areas(by=SYSTEM, rows=rows())
    assert _refused(*new[:1], ("621226901", "621226", "township", "新镇", "", "", ""), known=True) == [
        (3, "parent_code")
    ]

    services.import_areas(by=SYSTEM, rows=rows(*new))
    services.import_areas(by=SYSTEM, rows=rows(*CHINA, *new))

    assert [area.code for area in queries.ancestors("621226901200")] == ["6212", "621226", *(row[0] for row in new)]


@pytest.mark.parametrize("code", ["621226101201", "6212261012001"])
def test_an_area_cannot_lie_in_one_of_its_own_tier_or_a_lower_one(code: str) -> None:
    with using(UPLAND), pytest.raises(RowsRefused) as refusal:
        services.import_areas(by=SYSTEM, rows=upland_rows((code, "70", "ward", "Upside down", "")))
    assert [(problem.row, problem.column) for problem in refusal.value.problems] == [(9, "level")]


def test_areas_that_lie_in_one_another_are_refused() -> None:
    circle = [("A", "C", "field", "A", ""), ("B", "A", "field", "B", ""), ("C", "B", "field", "C", "")]

    with using(UPLAND), pytest.raises(RowsRefused) as refusal:
        services.import_areas(by=SYSTEM, rows=upland_rows(*circle))

    assert [(problem.row, problem.column) for problem in refusal.value.problems] == [
        (9, "parent_code"),
        (10, "parent_code"),
        (11, "parent_code"),
    ]
    assert not Area.objects.exists()


def test_codes_that_are_too_long_together_are_refused() -> None:
    codes = ["0", *(letter * 32 for letter in "ABCD")]
    deep = [(code, above, "field", "Deep", "") for above, code in pairwise(codes)]

    with using(UPLAND), pytest.raises(RowsRefused) as refusal:
        services.import_areas(by=SYSTEM, rows=upland_rows(*deep))

    assert [problem.row for problem in refusal.value.problems] == [12]


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.tuples(*[st.text(max_size=14)] * len(HEADS)), min_size=1, max_size=4))
def test_no_text_whatever_breaks_an_import(db: None, values: list[tuple[str, ...]]) -> None:
    before = Area.objects.count()
    try:
        services.import_areas(by=SYSTEM, rows=rows(*values))
    except RowsRefused:
        assert Area.objects.count() == before


def test_the_command_shows_bad_rows_writes_them_to_a_file_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, problems = tmp_path / "areas.csv", tmp_path / "problems.csv"
    file.write_text("code,parent_code,level,name_zh\n62,,province,甘肃省\n,62,prefecture,陇南市\n", encoding="utf-8")

    with pytest.raises(CommandError, match="Some rows cannot be taken"):
        call_command("import_areas", str(file), problems=problems)

    assert "The code is missing." in capsys.readouterr().err
    assert "areas.csv,3,code,The code is missing." in problems.read_text("utf-8-sig")
    assert not Area.objects.exists()
