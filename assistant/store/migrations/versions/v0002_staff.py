"""What people think of answers, and what staff do: feedback, reviews, accounts, calls, the record of it all."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("account", sa.String(64)))
    op.add_column("conversations", sa.Column("notes", sa.Text))
    op.create_index("ix_conversations_account", "conversations", ["account"])
    op.add_column("turns", sa.Column("unanswered", sa.Boolean))
    op.add_column("turns", sa.Column("question_key", sa.String(64)))
    op.add_column("turns", sa.Column("settled_at", sa.String(32)))
    op.create_index("ix_turns_question_key", "turns", ["question_key"])
    op.create_table(
        "feedback",
        sa.Column("turn_id", sa.String(32), sa.ForeignKey("turns.id"), primary_key=True),
        sa.Column("rating", sa.String(8), nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("given_at", sa.String(32), nullable=False),
    )
    op.create_index("ix_feedback_rating", "feedback", ["rating"])
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("turn_id", sa.String(32), sa.ForeignKey("turns.id"), nullable=False),
        sa.Column("policy_id", sa.String(100), nullable=False),
        sa.Column("text_sha256", sa.String(64), nullable=False),
        sa.Column("question_key", sa.String(64), nullable=False),
        sa.Column("results_digest", sa.String(64), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("draft", sa.Text, nullable=False),
        sa.Column("reviewer", sa.String(64), nullable=False),
        sa.Column("reviewed_at", sa.String(32), nullable=False),
        sa.Column("withdrawn_at", sa.String(32)),
    )
    op.create_index("ix_reviews_same_question", "reviews", ["policy_id", "text_sha256", "question_key"])
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("disabled_at", sa.String(32)),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(64), sa.ForeignKey("accounts.name"), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("seen_at", sa.String(32), nullable=False),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"])
    op.create_table(
        "sign_in_failures",
        sa.Column("key", sa.String(160), primary_key=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("last_at", sa.String(32), nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("ix_audit_at", "audit", ["at"])


def downgrade() -> None:
    for table in ("audit", "sign_in_failures", "sessions", "accounts", "reviews", "feedback"):
        op.drop_table(table)
    with op.batch_alter_table("turns") as turns:
        turns.drop_index("ix_turns_question_key")
        for column in ("settled_at", "question_key", "unanswered"):
            turns.drop_column(column)
    with op.batch_alter_table("conversations") as conversations:
        conversations.drop_index("ix_conversations_account")
        for column in ("notes", "account"):
            conversations.drop_column(column)
