"""The workbench's table as plain values: which rows and columns a person sees, and as text."""
