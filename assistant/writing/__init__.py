"""The rules' own answers, written from tool results in the language of the question."""
