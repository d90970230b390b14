"""Numbers of crates and pallets, what a scan of each code finds, and what stands on labels and manifests."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.http.barcodes import WIDTHS, gs1_128
from terrace.kernel.errors import Forbidden, Invalid
from terrace.logistics import queries, services
from terrace.logistics.domain import ConsignmentStatus, ScanKind
from terrace.logistics.domain.sscc import Numbering, UnitKind, read_sscc
from terrace.logistics.models import Consignment, PackedUnit, Parcel, Tour
from tests.conftest import Cast
from tests.logistics.conftest import Places, later
from tests.logistics.test_consignments import goods, lot  # noqa: F401 - fixtures
from tests.logistics.test_tours import put_on, tour, vehicle  # noqa: F401 - fixtures
from tests.paper import pieces_of
from tests.unchanged import nothing_changes


def test_an_sscc_is_reckoned_as_gs1_shows_it() -> None:
    assert read_sscc("(00) 0 0614141 123456789 0") == "006141411234567890"
    assert read_sscc("00106141412345678908") == "106141412345678908"
    assert Numbering("0614141").code(1_234_567_890) == "106141412345678908"


@given(st.integers(7, 10), st.integers(0, 10**7 - 1))
def test_each_number_is_read_again_by_itself_and_with_its_identifier(length: int, serial: int) -> None:
    code = Numbering("0400000000"[:length]).code(serial)
    assert len(code) == 18
    assert {read_sscc(text) for text in (code, f"00{code}", f"]C100{code}", f"(00){code}")} == {code}
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert read_sscc(wrong) == ""


def test_a_serial_beyond_the_prefix_is_a_fault() -> None:
    with pytest.raises(ValueError, match="beyond"):
        Numbering("0400000000").code(10**7)


def test_bars_of_gs1_128_are_those_of_the_standard() -> None:
    """Code set C, FNC1, ten pairs, check sign, end: read back sign by sign, the check sign by its own sum."""
    drawn = gs1_128("00106141412345678908")
    bars = [(int(at), int(width)) for at, width in re.findall(r"M(\d+) 0h(\d+)v", drawn)]
    ends = [at + width for at, width in bars]
    widths = "".join(f"{width}{after - end}" for (_, width), end, (after, _) in zip(bars, ends, bars[1:], strict=False))
    widths += str(bars[-1][1])
    signs = [WIDTHS.index(widths[at : at + 6]) for at in range(0, len(widths) - 7, 6)]
    assert widths[-7:] == WIDTHS[106]
    assert signs[:2] == [105, 102]
    assert "".join(f"{sign:02d}" for sign in signs[2:-1]) == "00106141412345678908"
    assert signs[-1] == (105 + sum(place * sign for place, sign in enumerate(signs[:-1]))) % 103
    with pytest.raises(ValueError, match="even"):
        gs1_128("123")


def test_crates_are_numbered_once_and_a_scan_of_one_finds_its_goods(
    cast: Cast,
    places: Places,
    goods: Consignment,  # noqa: F811
) -> None:
    first = services.number_units(by=cast.keeper.actor, consignment=goods, kind=UnitKind.CRATE, count=2)
    again = services.number_units(by=cast.keeper.actor, consignment=goods, kind=UnitKind.CRATE, count=3)
    assert [unit.sscc for unit in first] == [unit.sscc for unit in again[:2]]
    assert len({unit.sscc for unit in again}) == 3
    row, _ = services.scan(
        by=cast.packer.actor, code=f"]C100{again[2].sscc}", kind=ScanKind.ARRIVED, unit=places.centre, now=later(9)
    )
    assert (row.number, row.status) == (goods.number, ConsignmentStatus.TO_COUNT)


def test_a_number_of_ours_and_a_waybill_find_the_parcel(down: Parcel) -> None:
    assert queries.find_by_code(down.number.lower()) == down
    assert queries.find_by_code("SC100200300") == down
    assert queries.find_by_code("106141412345678908") is None


def test_numbers_are_for_who_works_there_while_the_goods_wait(
    cast: Cast,
    places: Places,
    goods: Consignment,  # noqa: F811
) -> None:
    way = {"consignment": goods, "kind": UnitKind.PALLET}
    with nothing_changes("logistics"):
        with pytest.raises(Forbidden):
            services.number_units(by=cast.neighbour.actor, count=1, **way)
        for count in (0, 201):
            with pytest.raises(Invalid):
                services.number_units(by=cast.keeper.actor, count=count, **way)
    services.number_units(by=cast.keeper.actor, count=1, **way)
    services.scan(by=cast.packer.actor, code=goods.number, kind=ScanKind.ARRIVED, unit=places.centre, now=later(9))
    with pytest.raises(services.NotWaiting):
        services.number_units(by=cast.keeper.actor, count=2, **way)
    assert len(services.number_units(by=cast.keeper.actor, count=1, **way)) == 1, "printed again"


def test_labels_of_crates_bear_their_numbers_below_the_bars(
    cast: Cast,
    goods: Consignment,  # noqa: F811
) -> None:
    url = f"/logistics/consignments/{goods.number}"
    assert cast.keeper.client.get(f"{url}/crates.pdf").status_code == 404
    assert cast.keeper.client.post(f"{url}/crates/", {"kind": "crate", "count": "2"}).status_code == 302
    said = pieces_of(cast.keeper.client.get(f"{url}/crates.pdf").content)
    for unit in PackedUnit.objects.all():
        assert f"(00) {unit.sscc}" in said
    assert {"Crate 1 of 2", "Crate 2 of 2"} <= set(said)
    assert cast.neighbour.client.get(f"{url}/crates.pdf").status_code == 404


def test_a_manifest_lists_what_rides_by_carrier_with_its_sums(
    cast: Cast,
    places: Places,
    tour: Tour,  # noqa: F811
    down: Parcel,
    goods: Consignment,  # noqa: F811
) -> None:
    Parcel.objects.filter(pk=down.pk).update(cod_minor=120_00, cod_currency="CNY")
    put_on(cast, tour, down, goods)  # type: ignore[arg-type]
    said = pieces_of(cast.driver.client.get(f"/logistics/tours/{tour.number}/manifest.pdf").content)
    text = " ".join(said)
    for word in (down.number, "SC100200300", "Swift Crane Express", goods.number, "25 crates", "Farm goods", "120.00"):
        assert word in text
    assert "1 item, 2.4 kg" in text.replace("\xa0", " ")
    assert "2 items, 502.4 kg" in text.replace("\xa0", " ")
    assert "Zhao Suqin" not in text
    assert cast.stranger.client.get(f"/logistics/tours/{tour.number}/manifest.pdf").status_code == 404


def test_the_loading_list_says_what_is_taken_and_dropped_at_each_stop(
    cast: Cast,
    tour: Tour,  # noqa: F811
    down: Parcel,
    goods: Consignment,  # noqa: F811
) -> None:
    put_on(cast, tour, down, goods)  # type: ignore[arg-type]
    said = pieces_of(cast.driver.client.get(f"/logistics/tours/{tour.number}/loading-list.pdf").content)
    text = " ".join(said)
    assert said.count(down.number) == said.count(goods.number) == 2, "taken once, dropped once"
    assert text.index(down.number) < text.index(goods.number)
    assert tour.vehicle.plate.split()[-1] in text


def test_labels_say_what_they_are_on_and_where_it_goes(
    cast: Cast,
    places: Places,
    down: Parcel,
    goods: Consignment,  # noqa: F811
) -> None:
    label = pieces_of(cast.keeper.client.get(f"/logistics/parcels/{down.number}/label.pdf").content)
    assert {down.number, "SC100200300"} <= set(label)
    assert any("2.4" in piece for piece in label)
    assert not any("Zhao" in piece for piece in label)
    label = pieces_of(cast.keeper.client.get(f"/logistics/consignments/{goods.number}/label.pdf").content)
    assert {goods.number, "Farm goods"} <= set(label)
