"""Who does what next: flows over cases. No tables of its own."""
