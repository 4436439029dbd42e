"""Run by alembic; the connection is handed over by ``kg.workflow.database``."""

from alembic import context

from kg.workflow.tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
