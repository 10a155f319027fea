"""Hypothesis measures rules here, not the machine: a busy one may take its time."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
