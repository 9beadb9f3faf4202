"""What to look up for a question: tool calls from what was read, computed by nobody here."""
