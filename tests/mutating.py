"""Pages damaged at random."""

from __future__ import annotations

import random

PIECES = [
    *"""<div> </div> <p> </p> <li> </ul> <ul> <ol> <table> <td> </table> <h1> </h1> <h3> <pre><code> </pre>
    <blockquote> <a|href='//x.example/y'> </a> <script> </script> <style> <textarea> <svg> <!-- --> <![CDATA[
    <?x </ </body> </html> <html> <body> <base|href='http://['> <meta|charset=gbk> " ' < > & &#1; &#xD800;
    &nbsp; \\ ** -| 1.| #| >| ` | |style='display:none' |class=x|id=y 豆包 文心一言： 2024-13-45|99:99
    阅读|1.2万+ \u202e \0 \x07""".encode().split(),
    *(b"\r\n", b"\xff", b"\xe5\xad"),
]
"""What gets into a page; a bar stands for a blank."""


def mutated(body: bytes, choose: random.Random) -> bytes:
    """A page with up to 25 places cut, copied, overwritten or stuffed."""
    page = bytearray(body)
    for _ in range(choose.randint(1, 25)):
        at, size = choose.randrange(len(page) + 1), choose.randint(1, 60)
        other = choose.randrange(len(page) + 1)
        match choose.randrange(6):
            case 0:
                del page[at : at + size]
            case 1:
                page[at:at] = page[other : other + 20 * size]
            case 2:
                page[at : at + 1] = bytes([choose.randrange(256)])
            case 3:
                page[at:at] = page[other : page.find(b">", other) + 1]
            case _:
                page[at:at] = choose.choice(PIECES).replace(b"|", b" ")
    return bytes(page)
