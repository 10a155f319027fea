"""Whose sign-ins, tablets and keys a person may see and end: their own; a manager the store's, an admin the group's."""

from typing import Any

from server.queries.callers import Caller

MANAGERS = frozenset({"manager", "admin"})


def people(person: Caller) -> tuple[str, list[Any]]:
    """A condition on `users u` and its parameters: everybody whose sign-ins this person may see and end."""
    if person.role == "admin":
        return "u.group_id = ?", [person.group_id]
    if person.role == "manager":
        return "(u.group_id = ? AND u.store_id = ? AND u.role <> 'admin' OR u.id = ?)", [
            person.group_id, person.store_id, person.user_id,
        ]  # fmt: skip
    return "u.id = ?", [person.user_id]


def tablets(person: Caller) -> tuple[str, list[Any]]:
    """A condition on `devices d`; for managers and admins."""
    if person.role == "admin":
        return "d.group_id = ?", [person.group_id]
    return "(d.group_id = ? AND d.home_store_id = ?)", [person.group_id, person.store_id]


def keys(person: Caller) -> tuple[str, list[Any]]:
    """A condition on `api_keys k`; for managers and admins."""
    if person.role == "admin":
        return "k.group_id = ?", [person.group_id]
    return "(k.group_id = ? AND k.store_id = ?)", [person.group_id, person.store_id]
