"""Alembic's door: runs on the connection that `upgrade` hands over, inside its transaction."""

from alembic import context

from intake_app.models.base import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
