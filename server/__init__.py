"""Jieche (接车): an offline-first service-advisor system for car dealerships."""

VERSION = "2026.11.0"
