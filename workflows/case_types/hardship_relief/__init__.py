"""Hardship relief: aid to workers' households in hardship (困难职工帮扶)."""
