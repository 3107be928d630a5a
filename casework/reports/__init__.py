"""What the house can count: figures with their definitions, each drilling down to the rows behind it."""
