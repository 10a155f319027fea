"""Photos, signatures (签名) and amendments (更正单)."""

from piccolo.table import Table

from server.store.tables.columns import JSONB, UUID, BigInt, Boolean, Integer, Projected, Text, Timestamptz


class Photos(Projected, Table, tablename="photos"):
    """Photos by their SHA-256."""

    INDEXES = (("visit_id",),)

    id = UUID(primary_key=True)
    rev = BigInt()
    visit_id = UUID()
    sha256 = Text()
    media_type = Text()
    bytes = Integer()
    purpose = Text()
    subject_id = UUID(null=True)
    taken_at = Timestamptz()
    caption = Text(null=True)
    uploaded = Boolean()
    waived = Text(null=True)
    group_id = UUID()


class Signatures(Projected, Table, tablename="signatures"):
    """Drawn signatures and the documents they sign."""

    INDEXES = (("visit_id",),)

    id = UUID(primary_key=True)
    rev = BigInt()
    visit_id = UUID()
    purpose = Text()
    document = JSONB()
    document_hash = Text()
    strokes = JSONB()
    strokes_hash = Text()
    signer = JSONB()
    jws = Text()
    evidence = JSONB(null=True)
    device_id = UUID(null=True)
    state = Text()
    signed_at = Timestamptz()
    received_at = Timestamptz()
    sealed_at = Timestamptz(null=True)
    pdf_sha256 = Text(null=True)
    group_id = UUID()


class Amendments(Projected, Table, tablename="amendments"):
    """Corrections of documents that were sealed; `amends` is the hash of the one before."""

    INDEXES = (("visit_id",), ("amends",))

    id = UUID(primary_key=True)
    rev = BigInt()
    visit_id = UUID()
    amends = Text()
    reason = Text()
    corrections = JSONB()
    document = JSONB()
    document_hash = Text()
    by = UUID(null=True)
    amended_at = Timestamptz()
    received_at = Timestamptz()
    sealed_at = Timestamptz(null=True)
    pdf_sha256 = Text(null=True)
    group_id = UUID()
