"""A walk over every page and every interaction in a real browser (``make crawl``)."""
