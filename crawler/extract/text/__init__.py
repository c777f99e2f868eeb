"""The characters and words of a page: folded, told apart, and doubted where there is reason to."""
