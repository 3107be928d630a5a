"""The union tree: its offices, who may do what in which part of it, and each region's calendar and rules."""
