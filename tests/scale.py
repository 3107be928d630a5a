"""How much the tests do: in `./run test` so that a person waits for them, in `./run soak` as much as was promised."""

import os

# name: (in ./run test, in ./run soak)
FIGURES = {
    # People who finish one task at the same moment, and how often they try.
    "concurrent_approvals": (8, 20),
    "approval_rounds": (2, 500),
    # Payouts that reach for one fund at the same moment, and how often.
    "concurrent_payouts": (20, 200),
    "fund_rounds": (1, 20),
    # Examples that Hypothesis tries of one property, and steps of one example of a state machine.
    "examples": (25, 1_000),
    "machine_examples": (10, 500),
    "machine_steps": (20, 60),
    # Lives of cases that Hypothesis tells of each type, and what happens in one.
    "life_examples": (10, 500),
    "life_steps": (20, 60),
    # Cases whose news a worker is telling when it is killed.
    "killed_sweep_cases": (12, 300),
    # Files that a worker is destroying when it is killed.
    "killed_disposal_files": (12, 300),
    # Cases whose clocks several workers sweep at the same moment.
    "swept_cases": (6, 200),
    # Rows of the lists whose questions are counted: more than a page holds.
    "list_rows": (60, 600),
    # Events of the chain that `audit verify` reads in its own test.
    "chain_events": (500, 1_000_000),
    # Days on which the demonstration is made.
    "demo_days": (1, 6),
    # Rows that are written anew when the keys change, while others read and write them.
    "rotated_rows": (400, 100_000),
    # Threads that write into one person's inbox, and rows each writes.
    "inbox_writers": (4, 32),
    "inbox_rows": (5, 100),
    # Tries of wrong passwords, the accounts they are spread over, and the addresses they come from.
    "wrong_passwords": (120, 10_000),
    "tried_accounts": (3, 200),
    # Processes' threads that try against one limit at the same moment, and how often each.
    "limit_threads": (4, 8),
    "limit_tries": (10, 50),
    # Who asks for a page whose fields are in a table: one of each group that sees the same, or each role.
    "field_askers": (1, 10),
    # Sockets open at once, and the silence they outlive, in seconds.
    "sockets": (10, 500),
    "silent_seconds": (6, 120),
}

SOAK = bool(os.environ.get("SOAK"))


def scale(name: str) -> int:
    """Return the figure of this run."""
    return FIGURES[name][SOAK]
