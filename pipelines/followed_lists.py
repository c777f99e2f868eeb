"""What `--follow` may be; apart, because the command line needs it before anything else."""

FOLLOWED_LISTS = {
    "none": frozenset[str](),
    "related": frozenset({"related"}),
    "sidebar": frozenset({"related", "recent", "popular", "other"}),
}
"""What each value of `--follow` goes on to, by the kind of list."""
