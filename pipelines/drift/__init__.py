"""Whether a site's pages still have the shape that they had: page by page, and over a run."""
