"""Telling people: who hears of an event, the row that tells them, and the socket that hints at it."""
