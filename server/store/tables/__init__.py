"""Every table: the projection, one for each kind of row under its wire name, and what the server keeps for itself."""

from piccolo.table import Table

from server.store.tables.access import AccessHeads, AccessLog, Attempts, Guesses, SigningCodes
from server.store.tables.catalogue import Aliases, CatalogItems, InspectionItems, Staff
from server.store.tables.contacts import Complaints, Messages
from server.store.tables.customers import Customers
from server.store.tables.estimate import EstimateLines
from server.store.tables.evidence import Amendments, Photos, Signatures
from server.store.tables.exports import Exports
from server.store.tables.feed import Feed, Lookups
from server.store.tables.findings import Damages, Findings, Progress
from server.store.tables.inbox import MergeProposals, Reviews
from server.store.tables.internal import Counters, Devices, Links, Media, Merges, PushSubscriptions, VerifiedCodes
from server.store.tables.journal import History, Journal, Receipts
from server.store.tables.outbox import Outbox
from server.store.tables.people import (
    ApiKeys,
    DeviceQueues,
    Groups,
    RecoveryCodes,
    SecondFactors,
    Sessions,
    Stores,
    Users,
)
from server.store.tables.vehicles import Appointments, Vehicles
from server.store.tables.visits import Visits

PROJECTION: tuple[type[Table], ...] = (
    Customers, Vehicles, Visits, Damages, Findings, EstimateLines, Progress, Photos, Signatures, Amendments,
    Appointments, Messages, Complaints, Reviews, MergeProposals, CatalogItems, InspectionItems, Staff, Aliases,
    Links, Devices, Media, Merges, PushSubscriptions, Counters, VerifiedCodes,
)  # fmt: skip
SYSTEM: tuple[type[Table], ...] = (
    Groups, Stores, Users, DeviceQueues, Sessions, Journal, History, Receipts, Feed, Lookups, Outbox, AccessLog,
    AccessHeads, Guesses, Attempts, SigningCodes, SecondFactors, RecoveryCodes, ApiKeys, Exports,
)  # fmt: skip
TABLES = PROJECTION + SYSTEM
TABLE_OF: dict[str, type[Table]] = {table._meta.tablename: table for table in PROJECTION}
"""The projection's table for each kind of row."""
