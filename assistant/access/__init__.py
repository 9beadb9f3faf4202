"""Who may use what, and how often: accounts, API keys, limits."""
