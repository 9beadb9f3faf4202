"""Alembic's environment: it works on the connection it is handed, and never opens one of its own."""

from alembic import context

from assistant.store.tables import meta

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=meta, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
if connection.in_transaction():
    connection.commit()
