"""Tables as text: what goes out opens in every office, and what offices save comes in."""

from io import BytesIO

import pytest

from terrace.http.text_tables import read_either, write_text
from terrace.http.workbooks import Head
from terrace.kernel.errors import Invalid

HEADS = (Head("number", "Number"), Head("name", "Name"))


def _read(content: bytes) -> list[dict[str, object]]:
    return [dict(row.values) for row in read_either(BytesIO(content), "given", HEADS)]


def test_what_is_written_is_read_again() -> None:
    content = write_text(HEADS, [("00123", 'Li "Big" Ma, & Sons'), ("4", "苹果\r\n合作社")])

    assert content.startswith(b"\xef\xbb\xbfNumber,Name\r\n")
    assert _read(content) == [
        {"number": "00123", "name": 'Li "Big" Ma, & Sons'},
        {"number": "4", "name": "苹果 合作社"},
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_reads_what_offices_save(separator: str, encoding: str) -> None:
    content = f"Name{separator}number\n苹果{separator}7\n\n".encode(encoding)

    assert _read(content) == [{"name": "苹果", "number": "7"}]


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n1,2\n", b"\xff\xff\xff", b'number,name\n1,"open\n', b"number\0,name\n1,2\n", b"PK\x03\x04 no"],
)
def test_refuses_what_is_no_such_table(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        _read(content)

    assert refused.value.field == "file"
