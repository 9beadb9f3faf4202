"""The tables, as the newest migration leaves them. Times are ISO 8601 in UTC, as text: they sort as they are."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, text

REVISION = "0003"  # of the newest migration in ``migrations/versions``; a test holds the two together

meta = MetaData()

conversations = Table(
    "conversations",
    meta,
    Column("id", String(32), primary_key=True),
    Column("policy_id", String(100), nullable=False),
    Column("created_at", String(32), nullable=False, index=True),
    Column("account", String(64), index=True),  # of the hotline worker who took the call; null for the public
    Column("notes", Text),  # what the worker wrote down about the call
)

turns = Table(
    "turns",
    meta,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False, index=True),
    Column("asked_at", String(32), nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text),
    Column("unanswered", Boolean),  # whether nothing in the text was found to answer it; null until it is closed
    Column("question_key", String(64), index=True),  # what makes two questions the same; see assistant.reviewed
    Column("settled_at", String(32)),  # when staff took it off the queue
    Column("answered_at", String(32)),  # null while it is under way, and for ever when the process ended meanwhile
    Column("rules_sha256", String(64)),  # of the rules the answer was computed with; its text's is in the answer
    Column("policy_id", String(100)),  # null in turns older than this column: then it is the conversation's
    Column("earlier", Text),  # JSON: the questions before, where the client keeps the conversation; null without any
    Index(  # what may be on the staff's queue, among all that is not
        "ix_turns_waiting",
        "seq",
        sqlite_where=text("settled_at IS NULL AND unanswered IS NOT 0"),
        postgresql_where=text("settled_at IS NULL AND unanswered IS NOT FALSE"),
    ),
)

feedback = Table(
    "feedback",
    meta,
    Column("turn_id", String(32), ForeignKey("turns.id"), primary_key=True),
    Column("rating", String(8), nullable=False, index=True),
    Column("comment", Text, nullable=False),
    Column("given_at", String(32), nullable=False),
)

reviews = Table(
    "reviews",
    meta,
    Column("id", String(32), primary_key=True),
    Column("turn_id", String(32), ForeignKey("turns.id")),  # null when the conversation it was made from was erased
    Column("policy_id", String(100), nullable=False),
    Column("text_sha256", String(64), nullable=False),
    Column("question_key", String(64), nullable=False),
    Column("results_digest", String(64), nullable=False),  # of what the tools gave when it was reviewed
    Column("question", Text, nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("status", String(16), nullable=False),
    Column("draft", Text, nullable=False),
    Column("reviewer", String(64), nullable=False),
    Column("reviewed_at", String(32), nullable=False),
    Column("withdrawn_at", String(32)),
    Index("ix_reviews_same_question", "policy_id", "text_sha256", "question_key"),
)

accounts = Table(
    "accounts",
    meta,
    Column("name", String(64), primary_key=True),
    Column("password_hash", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("disabled_at", String(32)),
)

sessions = Table(
    "sessions",
    meta,
    Column("token_hash", String(64), primary_key=True),
    Column("account", String(64), ForeignKey("accounts.name"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("seen_at", String(32), nullable=False),
)

sign_in_failures = Table(
    "sign_in_failures",
    meta,
    Column("key", String(160), primary_key=True),  # the digest of the name typed, or that with the address
    Column("tries", Integer, nullable=False),
    Column("last_at", String(32), nullable=False),
)

audit = Table(
    "audit",
    meta,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False, index=True),
    Column("actor", String(64), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("detail", Text, nullable=False),
)

api_keys = Table(
    "api_keys",
    meta,
    Column("id", String(16), primary_key=True),  # the part of a key that is no secret
    Column("name", String(64), nullable=False),  # whose it is
    Column("key_hash", String(64), nullable=False, unique=True),  # SHA-256; a key is random, so none can be guessed
    Column("scopes", String(200), nullable=False),  # with a blank between
    Column("per_minute", Integer),  # null: the limit that holds for every key
    Column("created_at", String(32), nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("expires_at", String(32)),
    Column("revoked_at", String(32)),
)

switches = Table(
    "switches",
    meta,
    Column("name", String(16), primary_key=True),  # assistant, or model
    Column("off", Boolean, nullable=False),
    Column("notice", Text, nullable=False),  # what people are told while it is off
    Column("changed_at", String(32), nullable=False),
    Column("changed_by", String(64), nullable=False),
)
