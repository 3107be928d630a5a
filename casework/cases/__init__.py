"""Contacts and cases: what a case legally is, and the one way it changes."""
