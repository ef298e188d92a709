"""What runs in a reader's browser: the numbers a page needs, its script, its pictures."""
