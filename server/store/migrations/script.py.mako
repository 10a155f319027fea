"""${message}."""

import sqlalchemy as sa
from alembic import op

from server.store.ddl import TYPES
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """${message}."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """The exact inverse."""
    ${downgrades if downgrades else "pass"}
