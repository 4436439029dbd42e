"""Proposals with edits, their history and comments, and releases of curation."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ADDED = (
    ("title", sa.String(200), ""),
    ("reason", sa.Text(), ""),
    ("form", sa.String(20), ""),
    ("subject", sa.String(500), ""),
    ("generation", sa.String(40), ""),
    ("version", sa.Integer(), "1"),
    ("edits", sa.Text(), "[]"),
    ("states", sa.Text(), "{}"),
    ("reviewer", sa.String(200), ""),
    ("decided", sa.String(32), ""),
    ("release", sa.String(80), ""),
    ("undoes", sa.String(200), ""),
    ("receipt", sa.String(64), ""),
)
_FOUND_BY = ("kind", "state", "author", "release", "receipt")


def upgrade() -> None:
    with op.batch_alter_table("proposals") as table:
        table.alter_column("author", type_=sa.String(200), existing_type=sa.String(80), existing_nullable=False)
        for name, kind, default in _ADDED:
            table.add_column(sa.Column(name, kind, nullable=False, server_default=default))
    for name in _FOUND_BY:
        op.create_index(f"ix_proposals_{name}", "proposals", [name])
    # Before there was a queue, what came from a workspace had one state of its own.
    op.execute("UPDATE proposals SET state = 'submitted' WHERE state = 'proposed'")
    op.create_table(
        "proposal_concepts",
        sa.Column("proposal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("concept", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("proposal", "concept", name="pk_proposal_concepts"),
    )
    op.create_index("ix_proposal_concepts_concept", "proposal_concepts", ["concept"])
    op.create_table(
        "proposal_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("proposal", sa.Integer(), nullable=False),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("before", sa.String(20), nullable=False),
        sa.Column("after", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposal_events"),
    )
    for name in ("proposal", "time", "person"):
        op.create_index(f"ix_proposal_events_{name}", "proposal_events", [name])
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("proposal", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("created", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
    )
    op.create_index("ix_comments_proposal", "comments", ["proposal"])
    op.create_table(
        "seen",
        sa.Column("proposal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("proposal", "person", name="pk_seen"),
    )
    op.create_table(
        "releases",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("version", sa.String(80), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("created", sa.String(32), nullable=False),
        sa.Column("ended", sa.String(32), nullable=False),
        sa.Column("generation", sa.String(40), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_releases"),
    )
    for name in ("version", "state"):
        op.create_index(f"ix_releases_{name}", "releases", [name])


def downgrade() -> None:
    for name in ("releases", "seen", "comments", "proposal_events", "proposal_concepts"):
        op.drop_table(name)
    for name in _FOUND_BY:
        op.drop_index(f"ix_proposals_{name}", table_name="proposals")
    with op.batch_alter_table("proposals") as table:
        for name, _, _ in _ADDED:
            table.drop_column(name)
        table.alter_column("author", type_=sa.String(80), existing_type=sa.String(200), existing_nullable=False)
