"""Draws PDFs with Poppler, one process each: see viewer.rs for what goes in and out."""

import subprocess
import sys
import tempfile

from frames import serve


def draw(file, dots):
    with tempfile.NamedTemporaryFile(suffix=".pdf") as kept:
        kept.write(file)
        kept.flush()
        done = subprocess.run(["pdftoppm", "-q", "-cropbox", "-gray", "-r", str(dots), kept.name], capture_output=True)
    if done.returncode != 0:
        raise ValueError(f"pdftoppm ends with {done.returncode}")
    rest = done.stdout
    while rest:
        # P5, width and height, and the largest value, one line each.
        _, size, _, rest = rest.split(b"\n", 3)
        width, height = map(int, size.split())
        yield width, height, rest[: width * height]
        rest = rest[width * height :]


serve(draw, sys.argv)
