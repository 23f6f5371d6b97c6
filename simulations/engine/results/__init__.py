"""What is read off the totals: the forecast, its figures and how sure each is."""
