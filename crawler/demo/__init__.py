"""A small site of invented pages, served on loopback, for trying wencun without touching anybody's server."""
