"""Clocks: what has to be done by when, by which article, and how that day was counted."""
