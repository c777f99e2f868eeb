"""The ledger: which pages there are, which are due, who works on them, and what became of them.

Only the writer's connection calls what changes something here, inside a transaction. Times are
`YYYY-MM-DDTHH:MM:SSZ`.
"""

from pipelines.ledger import hosts
from pipelines.ledger.budgets import HostBudgets, asked_in_a_day
from pipelines.ledger.deciding import decide, retry
from pipelines.ledger.leading import follow, follow_further, hand_on, seed, tell, told, want, want_no_more
from pipelines.ledger.leases import (
    LeasedPage,
    counts,
    due,
    finish,
    holders,
    is_due,
    is_leased,
    lease,
    lease_urls,
    reclaim,
    release,
)
from pipelines.ledger.pages import (
    entomb,
    find_or_add,
    forget_validators,
    host_of,
    is_erased,
    knows_erasures,
    mark_seed,
    mark_source,
    note_validators,
    register,
    rename,
    skip_redirected,
    unschedule,
    unscheduled,
)
from pipelines.ledger.revisiting import due_after
from pipelines.ledger.settling import fail, restart, settle
from pipelines.ledger.times import later, now
from pipelines.ledger.vanishing import (
    DAYS_UNTIL_ALL_ARE_GONE,
    DAYS_UNTIL_GONE,
    IS_HOST_WELL,
    LOOKS_UNTIL_GONE,
)

__all__ = [
    "DAYS_UNTIL_ALL_ARE_GONE",
    "DAYS_UNTIL_GONE",
    "IS_HOST_WELL",
    "LOOKS_UNTIL_GONE",
    "HostBudgets",
    "LeasedPage",
    "asked_in_a_day",
    "counts",
    "decide",
    "due",
    "due_after",
    "entomb",
    "fail",
    "find_or_add",
    "finish",
    "follow",
    "follow_further",
    "forget_validators",
    "hand_on",
    "holders",
    "host_of",
    "hosts",
    "is_due",
    "is_erased",
    "is_leased",
    "knows_erasures",
    "later",
    "lease",
    "lease_urls",
    "mark_seed",
    "mark_source",
    "note_validators",
    "now",
    "reclaim",
    "register",
    "release",
    "rename",
    "restart",
    "retry",
    "seed",
    "settle",
    "skip_redirected",
    "tell",
    "told",
    "unschedule",
    "unscheduled",
    "want",
    "want_no_more",
]
