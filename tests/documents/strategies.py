"""Random rows of any struct, from the limits that its fields state."""

from datetime import UTC
from typing import Any

from hypothesis import strategies as st
from msgspec import inspect

from server.domain.ids import UUID_PATTERN
from tests.documents.rows import ROW, ROWS

TEXT = st.text(max_size=20) | st.sampled_from(
    ['“刹车”"异响"\\', "王小明😀", "\ue000龘", "a\u0301\n\t", "\x7f\u2028", "沪A·D12345"]
)
PATTERNS = {
    UUID_PATTERN: st.uuids().map(str),
    "^[0-9a-f]{64}$": st.binary(min_size=32, max_size=32).map(bytes.hex),
}
INTEGERS = st.sampled_from([0, 1, 2**53 - 1]) | st.integers(0, 2**53 - 1)


def values(info: inspect.Type) -> st.SearchStrategy[Any]:
    """Values of one msgspec type."""
    match info:
        case inspect.Metadata():
            return values(info.type)
        case inspect.StructType():
            return st.fixed_dictionaries({f.encode_name: values(f.type) for f in info.fields})
        case inspect.UnionType():
            return st.one_of([values(t) for t in info.types])
        case inspect.LiteralType():
            return st.sampled_from(info.values)
        case inspect.ListType():
            return st.lists(values(info.item_type), max_size=3)
        case inspect.DictType():
            return st.dictionaries(values(info.key_type), values(info.value_type), max_size=2)
        case inspect.StrType(pattern=str(pattern)) if pattern in PATTERNS:
            return PATTERNS[pattern]
        case inspect.StrType(pattern=str(pattern)):
            return st.from_regex(pattern.replace(r"\d", "[0-9]"), fullmatch=True)
        case inspect.StrType():
            return TEXT.filter(lambda text: len(text) >= (info.min_length or 0))
        case inspect.IntType(ge=low, le=high):
            return INTEGERS if high is None else st.integers(low or 0, high)
        case inspect.FloatType():
            return st.floats(0, 1) | st.floats(allow_nan=False, allow_infinity=False)
        case inspect.BoolType():
            return st.booleans()
        case inspect.DateTimeType():
            return st.datetimes(timezones=st.just(UTC)).map(lambda d: d.isoformat().replace("+00:00", "Z"))
        case inspect.DateType():
            return st.dates().map(lambda d: d.isoformat())
        case inspect.NoneType():
            return st.none()
        case inspect.AnyType():
            return TEXT
        case _:
            raise TypeError(f"no strategy for {info}")


WIRE = st.fixed_dictionaries(
    {name: values(inspect.type_info(kind)) for name, kind in ROW.items()}
    | {name: st.lists(values(inspect.type_info(kind)), max_size=3) for name, kind in ROWS.items()}
)


@st.composite
def visits(draw: st.DrawFn) -> dict[str, Any]:
    """The rows of one visit as they travel; some lines were presented, some decided, at their newest version."""
    rows = draw(WIRE)
    for line in rows["lines"]:
        line["version"] = draw(st.integers(1, 9))
        if draw(st.booleans()):
            rows["visit"]["presented"].append({"line_id": line["id"], "version": line["version"]})
            line["decided_version"] = draw(st.sampled_from([None, line["version"]]))
    return rows
