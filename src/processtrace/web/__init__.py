"""What runs in a reader's browser: the numbers that a page needs, its script and its pictures."""
