"""Importing this module fills the registry, in the order in which a visit meets the commands."""

from server.commands import (
    appointments,
    customers,
    decisions,
    estimates,
    findings,
    handovers,
    merges,
    photos,
    push,
    quality,
    recalls,
    repairs,
    reviews,
    settlements,
    surveys,
    sweeps,
    system,
    unmerges,
    vehicles,
    visits,
    walkaround,
)  # fmt: skip # isort: skip
from server.commands.registry import REGISTRY, public

__all__ = [
    "REGISTRY", "appointments", "customers", "decisions", "estimates", "findings", "handovers", "merges", "photos",
    "public", "push", "quality", "recalls", "repairs", "reviews", "settlements", "surveys", "sweeps", "system",
    "unmerges", "vehicles", "visits", "walkaround",
]  # fmt: skip
