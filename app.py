"""Starts the assistant on one port: pages, HTTP API, policy texts. ``make run`` calls this."""

from assistant.operations.offline import stay_offline

stay_offline()

from assistant.operations.serve import main  # noqa: E402 - what it loads reads the environment set above

if __name__ == "__main__":
    raise SystemExit(main())
