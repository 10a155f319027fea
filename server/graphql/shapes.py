"""GraphQL types made from msgspec structs: one field each, camelCase, the struct's docstring as the description."""

import inspect
import re
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Optional, TypeVar, Union, get_args, get_origin

import msgspec
import strawberry
from msgspec import Struct
from msgspec.structs import FieldInfo
from strawberry.types.base import has_object_definition
from strawberry.utils.str_converters import to_camel_case

from server.domain import fields
from server.graphql import scalars

T = TypeVar("T", bound=type)

PLAIN: dict[Any, Any] = {
    **{kind: kind for kind in (str, int, float, bool)},
    Any: scalars.JSON | None, datetime: scalars.Instant, date: scalars.Day,
}  # fmt: skip
RENAMED = {fields.Phone: "CustomerPhone"}
"""Structs whose own name is that of a scalar."""
NAMED = {"vin": scalars.VIN, "plate": scalars.Plate}
"""Rows keep these as plain text; the name of the field says what they are."""

_SNAKE = re.compile(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b")
_enums: dict[frozenset[str], type[Enum]] = {}
_inputs: dict[str, type] = {}
_objects: dict[type, type] = {}


def camel(name: str) -> str:
    """A wire name as GraphQL says it: `visit.open` and `visit_open` are `visitOpen`."""
    return to_camel_case(name.replace(".", "_"))


def enum(values: tuple[str, ...], name: str) -> type[Enum]:
    """The enum of these wire values, in upper case; the same values are the same enum under their first name."""
    key = frozenset(values)
    if key not in _enums:
        _enums[key] = strawberry.enum(Enum(name, {value.upper(): value for value in values}))
    return _enums[key]


for _name, _values in vars(fields).items():
    if get_origin(_values) is Literal:
        enum(get_args(_values), _name)


def documented(thing: Any, make: Callable[..., Any] | None = None) -> Any:
    """Decorator: the GraphQL type of a class, or the field of a resolver, described by its docstring."""
    make = make or (strawberry.type if isinstance(thing, type) else strawberry.field)
    return make(thing, description=_words(thing))


def _words(thing: Any) -> str:
    return " ".join((thing.__doc__ or "").split())


def described(struct: Any) -> str:
    """A struct's docstring, its wire names as GraphQL says them: `amountFen`, `HANDED_OVER`."""
    values = {value.value for made in _enums.values() for value in made}
    words = _words(get_origin(struct) or struct)
    return _SNAKE.sub(lambda word: word[0].upper() if word[0] in values else camel(word[0]), words)


def annotation(hint: Any, name: str, field: str, shape: Callable[[Any], Any]) -> Any:
    """What strawberry calls a struct's annotation; `shape` makes the type of a nested struct."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        extra = [meta.extra["scalar"] for meta in arguments[1:] if getattr(meta, "extra", None)]
        return scalars.BY_NAME[extra[0]] if extra else annotation(arguments[0], name, field, shape)
    if origin in (Union, UnionType):
        [inner] = [argument for argument in arguments if argument is not NoneType]
        return Optional[annotation(inner, name, field, shape)]  # noqa: UP045 — a NewType knows no `|`
    if origin is list:
        return list[annotation(arguments[0], name, field, shape)]
    if origin is Literal:
        return enum(arguments, name + camel(field)[:1].upper() + camel(field)[1:])
    if origin is dict:
        return scalars.JSON
    if (origin or hint) is int and field.endswith("_fen"):
        return scalars.Fen
    if hint is str and field in NAMED:
        return NAMED[field]
    return PLAIN[hint] if hint in PLAIN else shape(hint)


def object_type(struct: type[Struct]) -> type:
    """The object type of a struct, made when it is first asked for."""
    return _objects.get(struct) or of(struct)(type(struct.__name__, (), {}))


def of(struct: type[Struct], shown: Callable[[Any, Any], None] = lambda row, context: None) -> Callable[[T], T]:
    """Class decorator: the object type of a struct; what the class itself declares goes before the struct's fields.

    Resolvers hand out the structs themselves, so `self` in the class's own fields is the struct. `shown` is called with
    each row that goes into an answer, and the operation's context.
    """

    def decorate(cls: T) -> T:
        own = inspect.get_annotations(cls)
        name = RENAMED.get(struct, struct.__name__)
        fields = [
            info for info in msgspec.structs.fields(struct) if info.name not in own and not hasattr(cls, info.name)
        ]
        for info in fields:
            setattr(cls, info.name, strawberry.field(name=camel(info.encode_name)))
        cls.__annotations__ = {info.name: annotation(info.type, name, info.name, object_type) for info in fields} | own

        def is_type_of(_: Any, value: Any, info: Any) -> bool:
            if is_it := isinstance(value, struct):
                shown(value, info.context)
            return is_it

        cls.is_type_of = classmethod(is_type_of)
        _objects[struct] = strawberry.type(cls, name=name, description=described(struct))
        return _objects[struct]

    return decorate


def input_type(struct: Any, name: str | None = None) -> type:
    """The input type of a struct (or of `Change[…]`); a field with a default may be left out or null."""
    if get_origin(struct) is fields.Change:
        name = f"{_spoken(annotation(get_args(struct)[0], '', '', input_type)).removesuffix('Input')}ChangeInput"
    name = name or f"{RENAMED.get(struct, struct.__name__)}Input"
    if name not in _inputs:
        _inputs[name] = _input(struct, name)
    return _inputs[name]


def _input(struct: Any, name: str) -> type:
    namespace: dict[str, Any] = {"__annotations__": {}, "__module__": __name__}
    for info in msgspec.structs.fields(struct):
        hint = annotation(info.type, name.removesuffix("Input"), info.name, input_type)
        optional = not info.required or get_origin(hint) is Union
        namespace["__annotations__"][info.name] = Optional[hint] if optional else hint  # noqa: UP045
        default = {"default": strawberry.UNSET} if optional else {}
        namespace[info.name] = strawberry.field(name=camel(info.encode_name), **default)
    namespace["wire"] = {info.name: info for info in msgspec.structs.fields(struct)}
    return strawberry.input(type(name, (), namespace), name=name, description=described(struct))


def _spoken(hint: Any) -> str:
    """The GraphQL name of a scalar, an enum or an input, or of a list of them in the plural."""
    if get_origin(hint) is list:
        return f"{_spoken(get_args(hint)[0])}s"
    if hint in scalars.SCALARS:
        return scalars.SCALARS[hint].name
    return {str: "String", int: "Int", float: "Float", bool: "Boolean"}.get(hint) or hint.__name__


def wire(value: Any) -> Any:
    """An input as it travels on the wire: snake_case, enum values in lower case, what was left out absent."""
    if has_object_definition(value):
        given = ((info, getattr(value, name)) for name, info in value.wire.items())
        return {info.encode_name: wire(inner) for info, inner in given if _is_given(info, inner)}
    if isinstance(value, list):
        return [wire(item) for item in value]
    return value.value if isinstance(value, Enum) else value


def _is_given(info: FieldInfo, value: Any) -> bool:
    """Null means absent, except where a field must be there and may be null, as `to` of a change."""
    return value is not strawberry.UNSET and (value is not None or info.required)
