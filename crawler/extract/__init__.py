"""The pure core: a page goes in, an article comes out."""
