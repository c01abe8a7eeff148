"""Alembic's environment: one connection, one advisory lock, one transaction."""

from alembic import context
from sqlalchemy import text

from media_workflows.store.engine import make_engine
from media_workflows.store.tables import Base

MIGRATION_LOCK = 7_203_001  # any constant that nothing else in this database uses

with make_engine(context.config.attributes["url"]).connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        context.run_migrations()
    connection.commit()
