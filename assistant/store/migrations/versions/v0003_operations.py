"""What running a service takes: when and by which rules a turn was answered, API keys, switches."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index("ix_conversations_created_at", "conversations", ["created_at"])
    op.add_column("turns", sa.Column("answered_at", sa.String(32)))
    op.add_column("turns", sa.Column("rules_sha256", sa.String(64)))
    op.add_column("turns", sa.Column("policy_id", sa.String(100)))
    op.add_column("turns", sa.Column("earlier", sa.Text))
    # Answers from before revision 0002 say nothing of it: they never were on the queue.
    op.execute(
        sa.text("UPDATE turns SET unanswered = :no WHERE unanswered IS NULL AND answer IS NOT NULL").bindparams(
            sa.bindparam("no", False, sa.Boolean)
        )
    )
    op.create_index(
        "ix_turns_waiting",
        "turns",
        ["seq"],
        sqlite_where=sa.text("settled_at IS NULL AND unanswered IS NOT 0"),
        postgresql_where=sa.text("settled_at IS NULL AND unanswered IS NOT FALSE"),
    )
    with op.batch_alter_table("reviews") as reviews:
        reviews.alter_column("turn_id", existing_type=sa.String(32), nullable=True)
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("scopes", sa.String(200), nullable=False),
        sa.Column("per_minute", sa.Integer),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.String(32)),
        sa.Column("revoked_at", sa.String(32)),
    )
    op.create_table(
        "switches",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("off", sa.Boolean, nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    for table in ("switches", "api_keys"):
        op.drop_table(table)
    op.drop_index("ix_turns_waiting", "turns")
    with op.batch_alter_table("turns") as turns:
        for column in ("earlier", "policy_id", "rules_sha256", "answered_at"):
            turns.drop_column(column)
    op.execute("DELETE FROM reviews WHERE turn_id IS NULL")
    with op.batch_alter_table("reviews") as reviews:
        reviews.alter_column("turn_id", existing_type=sa.String(32), nullable=False)
    op.drop_index("ix_conversations_created_at", "conversations")
