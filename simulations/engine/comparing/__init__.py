"""The same futures twice: plans side by side, and what each cause is worth."""
