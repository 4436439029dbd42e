"""Standings of rules, what is asked for, kill switches, flags, and a counter of their changes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_requests",
        sa.Column("proposal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("proposal", name="pk_rule_requests"),
    )
    op.create_table(
        "rule_standings",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("rule", sa.String(200), nullable=False),
        sa.Column("pack", sa.String(100), nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("until", sa.String(32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rule_standings"),
    )
    op.create_table(
        "rule_kills",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("until", sa.String(32), nullable=False),
        sa.Column("revived", sa.String(200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rule_kills"),
    )
    op.create_table(
        "rule_flags",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("rule", sa.String(200), nullable=False),
        sa.Column("pack", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("about", sa.String(500), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("generation", sa.String(40), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("until", sa.String(32), nullable=False),
        sa.Column("cleared", sa.String(200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rule_flags"),
    )
    for table in ("rule_standings", "rule_flags"):
        op.create_index(f"ix_{table}_rule", table, ["rule"])
    for table in ("rule_standings", "rule_kills", "rule_flags"):
        op.create_index(f"ix_{table}_until", table, ["until"])
    clock = op.create_table(
        "rule_clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rule_clock"),
    )
    op.bulk_insert(clock, [{"id": 1, "version": 0}])


def downgrade() -> None:
    op.drop_table("rule_clock")
    for table in ("rule_flags", "rule_kills", "rule_standings"):
        op.drop_index(f"ix_{table}_until", table_name=table)
    for table in ("rule_flags", "rule_standings"):
        op.drop_index(f"ix_{table}_rule", table_name=table)
    for table in ("rule_flags", "rule_kills", "rule_standings", "rule_requests"):
        op.drop_table(table)
