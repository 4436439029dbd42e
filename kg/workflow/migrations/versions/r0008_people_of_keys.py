"""Keys carry the person who holds them: several keys of one person are one person."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("keys", sa.Column("person", sa.String(80), nullable=False, server_default=""))
    op.execute("UPDATE keys SET person = name")


def downgrade() -> None:
    with op.batch_alter_table("keys") as changing:
        changing.drop_column("person")
