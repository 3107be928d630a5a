"""Settings, addresses and the commands that need every room."""
