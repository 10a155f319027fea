"""The first tables: the projection, the feed, the journal, the outbox, and who may sign in."""

import sqlalchemy as sa
from alembic import op

from server.store.ddl import TYPES, index_name

revision = "0001"
down_revision = None

# A `?` after the type: the column may be null.
TABLES = {
    "customers": """
        id uuid, rev bigint, store_id uuid, stores jsonb, name text, kind text, phones jsonb, preferred_channel text?,
        email text?, address text?, birthday_on date?, tags jsonb, consents jsonb, notes jsonb, channels jsonb?,
        quiet jsonb?, language text?, contact_stop text?, restricted jsonb?, created_at timestamptz, group_id uuid
    """,
    "vehicles": """
        id uuid, rev bigint, store_id uuid, stores jsonb, vin text?, vin_check text?, plate text?, make text,
        model text, model_year integer?, colour text?, energy text, engine_no text?, owner_id uuid?, purchased_on date?,
        insurance_expires_on date?, odometer_km integer?, recalls jsonb, last jsonb?, created_at timestamptz,
        group_id uuid
    """,
    "visits": """
        id uuid, rev bigint, store_id uuid, number text, local_number text?, vehicle_id uuid, customer_id uuid,
        kind text, payer text, appointment_id uuid?, comeback_of uuid?, advisor_id uuid?, technician_id uuid?,
        stage text, moves integer, trail jsonb, opened_at timestamptz, closed_at timestamptz?, ready_at timestamptz?,
        concerns jsonb, walkaround jsonb?, readings jsonb, presented jsonb, parts_used jsonb, quality jsonb?,
        quality_history jsonb, settlement jsonb?, payments jsonb, advice jsonb, report jsonb?, release jsonb?,
        released_document jsonb?, cancel_reason text?, survey jsonb?, work jsonb, calls jsonb, questions jsonb,
        group_id uuid
    """,
    "damages": """
        id uuid, rev bigint, visit_id uuid, panel text, kind text, severity text, x float8, y float8, photos jsonb,
        known boolean, recorded_at timestamptz, recorded_by uuid?, group_id uuid
    """,
    "findings": """
        id uuid, rev bigint, visit_id uuid, version integer, item_code text, grade text, measure jsonb?, dtcs jsonb,
        cause text?, plan text?, budget_fen bigint?, photos jsonb, touched jsonb, recorded_at timestamptz,
        recorded_by uuid?, group_id uuid
    """,
    "estimate_lines": """
        id uuid, rev bigint, visit_id uuid, version integer, kind text, code text?, name text, quantity text, unit text,
        unit_price_fen bigint, discount_fen bigint, amount_fen bigint, part_kind text?, payer text, finding_id uuid?,
        carried_from uuid?, decision text?, decided_version integer?, decided jsonb, versions jsonb, dropped text?,
        created_at timestamptz, group_id uuid
    """,
    "progress": """
        id uuid, rev bigint, visit_id uuid, kind text, stage text?, ready_at timestamptz?, text text?,
        visible_to_customer boolean, at timestamptz, by uuid?, group_id uuid
    """,
    "photos": """
        id uuid, rev bigint, visit_id uuid, sha256 text, media_type text, bytes integer, purpose text, subject_id uuid?,
        taken_at timestamptz, caption text?, uploaded boolean, waived text?, group_id uuid
    """,
    "signatures": """
        id uuid, rev bigint, visit_id uuid, purpose text, document jsonb, document_hash text, strokes jsonb,
        strokes_hash text, signer jsonb, jws text, evidence jsonb?, device_id uuid?, state text, signed_at timestamptz,
        received_at timestamptz, sealed_at timestamptz?, pdf_sha256 text?, group_id uuid
    """,
    "amendments": """
        id uuid, rev bigint, visit_id uuid, amends text, reason text, corrections jsonb, document jsonb,
        document_hash text, by uuid?, amended_at timestamptz, received_at timestamptz, sealed_at timestamptz?,
        pdf_sha256 text?, group_id uuid
    """,
    "appointments": """
        id uuid, rev bigint, store_id uuid, customer_id uuid, vehicle_id uuid?, at timestamptz, work text, note text?,
        status text, cancel_reason text?, visit_id uuid?, group_id uuid
    """,
    "messages": """
        id uuid, rev bigint, store_id uuid, customer_id uuid, visit_id uuid?, appointment_id uuid?, event text,
        stage text?, state text, channel text?, why text?, attempts jsonb, promised_at timestamptz, group_id uuid
    """,
    "complaints": """
        id uuid, rev bigint, store_id uuid, customer_id uuid, visit_id uuid?, source text, about text, text text,
        owner_id uuid?, due_at timestamptz, state text, steps jsonb, opened_at timestamptz, opened_by uuid?,
        closed_at timestamptz?, group_id uuid
    """,
    "reviews": """
        id uuid, rev bigint, store_id uuid, state text, outcome text, reason jsonb, merged jsonb, command jsonb,
        further jsonb, makes jsonb, visit_id uuid?, cause_id uuid?, opened_at timestamptz, resolution text?,
        resolution_reason text?, resolved_by uuid?, resolved_at timestamptz?, result jsonb?, group_id uuid
    """,
    "merge_proposals": """
        id uuid, rev bigint, stores jsonb, type text, keep_id uuid, merge_id uuid, evidence jsonb, state text,
        opened_at timestamptz, group_id uuid
    """,
    "catalog_items": """
        id uuid, rev bigint, code text, kind text, name text, name_en text, unit text, unit_price_fen bigint,
        standard_hours text?, as_of date, group_id uuid
    """,
    "inspection_items": """
        id uuid, rev bigint, code text, group text, group_en text, position integer, name text, name_en text,
        unit text?, limits jsonb?, phrases jsonb, group_id uuid
    """,
    "staff": """
        id uuid, rev bigint, store_id uuid, name text, role text, active boolean, group_id uuid
    """,
    "aliases": """
        id uuid, rev bigint, canonical_id uuid, type text, group_id uuid
    """,
    "links": """
        id uuid, rev bigint, visit_id uuid, generation integer, expires_at timestamptz, revoked boolean, group_id uuid
    """,
    "devices": """
        id uuid, rev bigint, name text, home_store_id uuid, public_key jsonb, enrolled_at timestamptz, enrolled_by uuid,
        revoked_at timestamptz?, pending boolean, group_id uuid
    """,
    "media": """
        id uuid, rev bigint, sha256 text, media_type text, bytes integer, group_id uuid
    """,
    "merges": """
        id uuid, rev bigint, type text, keep_id uuid, before_keep jsonb, before_merged jsonb, after_keep jsonb,
        repointed jsonb, undone boolean, group_id uuid
    """,
    "push_subscriptions": """
        id uuid, rev bigint, visit_id uuid, endpoint text, p256dh text, auth text, active boolean, group_id uuid
    """,
    "counters": """
        id uuid, rev bigint, value bigint, group_id uuid
    """,
    "verified_codes": """
        id uuid, rev bigint, visit_id uuid, phone_tail text, verified_at timestamptz, group_id uuid
    """,
    "groups": """
        id uuid, name text, position bigint, epoch uuid, journal_count bigint, journal_hash text, horizon bigint?
    """,
    "stores": """
        id uuid, group_id uuid, name text, name_en text, phone text, address text, map_url text?, time_zone text,
        labour_rate_fen integer
    """,
    "users": """
        id uuid, group_id uuid, store_id uuid, username text, name text, role text, password_hash text, active boolean,
        created_at timestamptz
    """,
    "device_queues": """
        device_id uuid, group_id uuid, store_id uuid, next_seq bigint, attempts jsonb, app text?,
        last_seen_at timestamptz?, unsent bigint?
    """,
    "sessions": """
        id uuid, token_hash text, user_id uuid, device_id uuid?, created_at timestamptz, expires_at timestamptz,
        revoked_at timestamptz?, used_at timestamptz?, address text?, previous_hash text?, previous_until timestamptz?
    """,
    "api_keys": """
        id uuid, group_id uuid, store_id uuid, name text, purpose text?, scopes text, prefix text, key_hash text,
        previous_hash text?, previous_until timestamptz?, created_at timestamptz, created_by uuid?,
        expires_at timestamptz, rotated_at timestamptz?, rotated_by uuid?, revoked_at timestamptz?, revoked_by uuid?,
        revoked_why text?, used_at timestamptz?, address text?
    """,
    "journal": """
        group_id uuid, n bigint, command_id uuid, device_id uuid?, seq bigint?, name text, user_id uuid?, door text,
        lane text?, issued_at timestamptz, received_at timestamptz, fields text, outcome text, reason text?,
        merged text, salt text?, content text, review_id uuid?, position bigint, previous text, hash text
    """,
    "history": """
        group_id uuid, kind text, row_id uuid, field text, before text, after text, command_id uuid
    """,
    "receipts": """
        device_id uuid, seq bigint, command_id uuid, position bigint
    """,
    "feed": """
        group_id uuid, store_id uuid, kind text, id uuid, parent_id uuid?, rev bigint, position bigint, gone boolean,
        body text
    """,
    "lookups": """
        group_id uuid, key text, kind text, id uuid
    """,
    "outbox": """
        id uuid, group_id uuid, visit_id uuid?, kind text, topic text, payload text, created_at timestamptz,
        due_at timestamptz, attempts integer, lease_until timestamptz?, state text, last_error text?, dedupe text?
    """,
    "access_log": """
        group_id uuid, n bigint, at timestamptz, user_id uuid?, device_id uuid?, role text, door text,
        subject_type text, subject_id uuid, reason text?, fields text, previous text, hash text
    """,
    "access_heads": """
        group_id uuid, n bigint, hash text
    """,
    "guesses": """
        visit_id uuid, generation integer, wrong integer, until timestamptz
    """,
    "attempts": """
        bucket text, failed integer, at timestamptz, until timestamptz
    """,
    "signing_codes": """
        id uuid, group_id uuid, visit_id uuid, phone_mac text, phone_tail text, mac text, tries integer,
        sent_at timestamptz
    """,
    "second_factors": """
        user_id uuid, sealed text?, since timestamptz?, last_step bigint, pending text?, pending_until timestamptz?
    """,
    "recovery_codes": """
        user_id uuid, mac text
    """,
    "exports": """
        id uuid, group_id uuid, store_id uuid, kind text, first_day text?, last_day text?, customer_id uuid?,
        reason text, state text, asked_at timestamptz, asked_by uuid, decided_at timestamptz?, decided_by uuid?,
        refusal text?, fetched_at timestamptz?, fetched_in uuid?, tries integer, people integer?
    """,
}
BY_ID = ("groups", "stores", "users", "sessions", "api_keys", "outbox", "signing_codes", "exports")
KEYS = dict.fromkeys(BY_ID, "id") | {
    "device_queues": "device_id",
    "access_log": "group_id, n",
    "access_heads": "group_id",
    "guesses": "visit_id",
    "attempts": "bucket",
    "second_factors": "user_id",
    "recovery_codes": "user_id, mac",
    "journal": "group_id, n",
    "history": "row_id, field, command_id",
    "receipts": "device_id, seq",
    "feed": "store_id, kind, id",
    "lookups": "group_id, key, kind, id",
}
UNIQUE = (
    ("users", "username"),
    ("sessions", "token_hash"),
    ("api_keys", "key_hash"),
    ("journal", "group_id, command_id"),
    ("journal", "device_id, seq"),
    ("feed", "store_id, position"),
)
INDEXES = (
    ("customers", "group_id, name"),
    ("vehicles", "group_id, owner_id"),
    ("visits", "group_id, opened_at"),
    ("visits", "group_id, store_id, stage"),
    ("visits", "group_id, vehicle_id"),
    ("visits", "group_id, customer_id"),
    ("visits", "group_id, store_id, closed_at"),
    ("damages", "visit_id"),
    ("findings", "visit_id"),
    ("estimate_lines", "visit_id"),
    ("progress", "visit_id"),
    ("photos", "visit_id"),
    ("signatures", "visit_id"),
    ("amendments", "visit_id"),
    ("amendments", "amends"),
    ("appointments", "store_id, at"),
    ("appointments", "customer_id"),
    ("messages", "visit_id"),
    ("messages", "customer_id, promised_at"),
    ("complaints", "store_id, state"),
    ("complaints", "customer_id"),
    ("reviews", "store_id, state"),
    ("aliases", "id"),
    ("aliases", "group_id, canonical_id"),
    ("links", "visit_id"),
    ("push_subscriptions", "visit_id"),
    ("verified_codes", "visit_id"),
    ("stores", "group_id"),
    ("users", "group_id"),
    ("device_queues", "group_id"),
    ("sessions", "device_id, user_id"),
    ("sessions", "user_id"),
    ("sessions", "previous_hash"),
    ("api_keys", "group_id"),
    ("api_keys", "previous_hash"),
    ("journal", "device_id, position"),
    ("history", "group_id, row_id"),
    ("receipts", "device_id, position"),
    ("feed", "group_id, id"),
    ("feed", "group_id, parent_id"),
    ("lookups", "group_id, id"),
    ("outbox", "state, due_at"),
    ("outbox", "group_id, dedupe"),
    ("outbox", "visit_id"),
    ("access_log", "group_id, subject_id, n"),
    ("signing_codes", "visit_id, sent_at"),
    ("signing_codes", "phone_mac, sent_at"),
    ("exports", "group_id, store_id, asked_at"),
    ("exports", "asked_by, asked_at"),
)


def upgrade() -> None:
    """Create everything."""
    for table, words in TABLES.items():
        columns = [_column(*word.split()) for word in words.split(",")]
        key = KEYS.get(table, "group_id, id").split(", ")
        op.create_table(table, *columns, sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"))
    for unique, indexes in ((True, UNIQUE), (False, INDEXES)):
        for table, words in indexes:
            names = words.split(", ")
            op.create_index(index_name(table, tuple(names)), table, names, unique=unique)


def downgrade() -> None:
    """Drop everything."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _column(name: str, kind: str) -> sa.Column[object]:
    return sa.Column(name, TYPES[kind.removesuffix("?")], nullable=kind.endswith("?"))
