"""The history of the house: events, their chain, what refuses to change them, and the keys that prove it."""
