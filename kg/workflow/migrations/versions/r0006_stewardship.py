"""Cards that were shown and what was said to them, repeats, codes that nobody could read, who asked which rules."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ABOUT = (("rule", 200), ("version", 80), ("pack", 100), ("tier", 20), ("department", 100), ("mode", 20))


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("card", sa.String(36), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in _ABOUT),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("suggestions", sa.Integer(), nullable=False),
        sa.Column("answered", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("card", name="pk_alerts"),
    )
    op.create_index("ix_alerts_day", "alerts", ["day"])
    names = ("day", *(name for name, _ in _ABOUT), "outcome", "reason")
    op.create_table(
        "alert_counts",
        sa.Column("day", sa.String(10), nullable=False),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in _ABOUT),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("suggestions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*names, name="pk_alert_counts"),
    )
    op.create_table(
        "silences",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("expires", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_silences"),
    )
    op.create_index("ix_silences_expires", "silences", ["expires"])
    op.create_table(
        "unread_codes",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("system", sa.String(200), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "system", "code", name="pk_unread_codes"),
    )
    op.create_table(
        "rule_queries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("minute", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("door", sa.String(40), nullable=False),
        sa.Column("generation", sa.String(40), nullable=False),
        sa.Column("rules", sa.String(64), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rule_queries"),
    )
    op.create_index("ix_rule_queries_minute", "rule_queries", ["minute"])


def downgrade() -> None:
    op.drop_index("ix_rule_queries_minute", table_name="rule_queries")
    op.drop_table("rule_queries")
    op.drop_table("unread_codes")
    op.drop_index("ix_silences_expires", table_name="silences")
    op.drop_table("silences")
    op.drop_table("alert_counts")
    op.drop_index("ix_alerts_day", table_name="alerts")
    op.drop_table("alerts")
