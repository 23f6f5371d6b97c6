"""Plans as SVG text: the Gantt, its bars, arrows and ruler, and the scales of every chart."""
