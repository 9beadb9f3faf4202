"""A configured chat model: how it is reached, what it is told, and what of its words may be shown.

The rules read the question and the tools compute; a model tells the result in its own words (``speak``), and plans the
look-ups where the rules found none (``plan``). Its words reach nobody before ``assistant.checks`` have passed them.
"""

MOST_TOKENS = 600  # of one answer; longer ones lose the reader
