"""How much the site bears (``make load``), and whether it bears it for long (``make soak``)."""
