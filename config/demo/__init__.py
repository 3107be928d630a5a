"""The demonstration: an invented city, its people and its cases, made through the real operations."""
