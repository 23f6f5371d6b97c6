"""Plan to Forecast: sampling, kernel and statistics, without Django."""
