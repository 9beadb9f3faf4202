"""The commands of ``python -m assistant``, a module each."""
