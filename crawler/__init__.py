"""Finding pages, fetching them, understanding them."""

__version__ = "0.1.0"
