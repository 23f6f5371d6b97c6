"""What pages show, as plain values and sentences: one module for each page or part of one."""
