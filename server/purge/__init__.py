"""`python -m server purge`: what was kept as long as it may be (docs/retention.md): rehearsed, then deleted."""
