"""Work injury: every report is verified, every injured worker is visited (工伤探视)."""
