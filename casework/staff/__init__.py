"""The people who work here: their accounts, their roles and where these hold."""
