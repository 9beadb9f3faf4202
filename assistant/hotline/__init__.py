"""What the hotline desk does with the engine."""
