"""Running the server: start and end, logs, metrics, traces, switches, retention."""
