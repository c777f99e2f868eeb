"""Which addresses are public: whatever else an address belongs to is nobody's website."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

_SPECIAL = tuple(
    map(
        IPv4Network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
            *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        ),
    )
)
"""IANA's special-purpose addresses, whole: which of them `ipaddress` calls global differs between Pythons."""
_UNICAST = IPv6Network("2000::/3")
"""All of IPv6 that is given out to be reached from everywhere."""
_NOT_REACHED = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
"""What of that is not, or carries an IPv4 address on to where it leads (Teredo, 6to4)."""
NOT_PUBLIC: Final = (
    *_SPECIAL,
    *sorted(IPv6Network("::/0").address_exclude(_UNICAST)),
    *_NOT_REACHED,
)
"""The same as a list of networks, for walls that others keep."""


def is_public(address: str) -> bool:
    """May anybody on the internet be expected to answer at `address`? What cannot be read is not public."""
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if isinstance(parsed, IPv4Address):
        is_special = any(parsed in network for network in _SPECIAL)
    else:
        is_special = parsed not in _UNICAST or any(parsed in network for network in _NOT_REACHED)
    return parsed.is_global and not is_special
