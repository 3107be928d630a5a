"""Worked examples: what went in, what must come out, reckoned by the same rules that the product goes by."""
