"""The review inbox (待核对) and merge proposals."""

from piccolo.table import Table

from server.store.tables.columns import JSONB, UUID, BigInt, Projected, Text, Timestamptz


class Reviews(Projected, Table, tablename="reviews"):
    """What a person must look at."""

    INDEXES = (("store_id", "state"),)

    id = UUID(primary_key=True)
    rev = BigInt()
    store_id = UUID()
    state = Text()
    outcome = Text()
    reason = JSONB()
    merged = JSONB()
    command = JSONB()
    further = JSONB()
    makes = JSONB()
    visit_id = UUID(null=True)
    cause_id = UUID(null=True)
    opened_at = Timestamptz()
    resolution = Text(null=True)
    resolution_reason = Text(null=True)
    resolved_by = UUID(null=True)
    resolved_at = Timestamptz(null=True)
    result = JSONB(null=True)
    group_id = UUID()


class MergeProposals(Projected, Table, tablename="merge_proposals"):
    """Pairs that may be one."""

    id = UUID(primary_key=True)
    rev = BigInt()
    stores = JSONB()
    type = Text()
    keep_id = UUID()
    merge_id = UUID()
    evidence = JSONB()
    state = Text()
    opened_at = Timestamptz()
    group_id = UUID()
