"""Whether a command's fields are what its wire name asks for."""

from typing import Any

import msgspec

from server.commands.every import REGISTRY
from server.commands.registry import Command


def decoded(name: str, fields: dict[str, Any]) -> Command:
    """The command; raises msgspec.ValidationError for a missing, unknown or wrong field."""
    return msgspec.convert(fields, REGISTRY[name].struct)
