"""What every HTTP door shares: bounds, errors, headers, the forms clients know."""
