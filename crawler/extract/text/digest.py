"""What decides whether an article changed: a digest of its title and text."""

from __future__ import annotations

import hashlib
import unicodedata


def content_sha256(title: str, text: str) -> str:
    """Return the SHA-256, in hex, of title and text after NFC and white-space folding.

    Counts, lists, markup and Markdown do not enter, so that only a changed article has a new digest.
    """
    folded = " ".join(unicodedata.normalize("NFC", f"{title}\n{text}").split())
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()
