"""What several calendars, dated constraints and progress need inside each iteration."""
