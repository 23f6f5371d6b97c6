"""Every chart as a file of its own: SVG, PNG, and a report as PDF."""
