"""Importing this module fills the registry, in the order in which a visit meets the commands."""

from server.commands import (
    amendments,
    appointments,
    complaints,
    contacts,
    customers,
    decisions,
    estimates,
    fetches,
    findings,
    handovers,
    links,
    merges,
    messages,
    photos,
    purges,
    push,
    quality,
    recalls,
    repairs,
    restrictions,
    reviews,
    settlements,
    surveys,
    sweeps,
    system,
    trust,
    unmerges,
    vehicles,
    visits,
    walkaround,
)  # fmt: skip # isort: skip
from server.commands.registry import REGISTRY, public

__all__ = [
    "REGISTRY", "amendments", "appointments", "complaints", "contacts", "customers", "decisions", "estimates",
    "fetches", "findings", "handovers", "links", "merges", "messages", "photos", "public", "purges", "push", "quality",
    "recalls", "repairs", "restrictions", "reviews", "settlements", "surveys", "sweeps", "system", "trust",
    "unmerges", "vehicles", "visits", "walkaround",
]  # fmt: skip
