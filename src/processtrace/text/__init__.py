"""Text for people: numbers, dates and names as they are printed."""
