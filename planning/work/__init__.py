"""Work beside the plan: who does it, priority, labels, cycles, relations, and what is unblocked."""
