"""The engine's tools for MCP clients."""
