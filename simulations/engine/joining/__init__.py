"""Several plans that wait for one another, drawn as one."""
