"""What is compiled for every plan: rows of one block, and the loop on one calendar."""
