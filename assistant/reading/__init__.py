"""A message and the conversation before it, read into what is asked."""
