"""What viewers in Python share: files come in on standard input, pages go out on standard output."""

import os
import sys


def serve(draw, arguments):
    """Answers every file: its pages by `draw(file, dots)`, or why they can't be drawn."""
    dots = int(arguments[1])
    source, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What the viewer's own library prints must not stand between the answers.
    os.dup2(2, 1)
    while line := source.readline():
        file = source.read(int(line))
        try:
            pages = list(draw(file, dots))
        except Exception as error:  # whatever a broken file provokes is an answer
            words = f"{type(error).__name__}: {error}".encode(errors="replace")
            answers.write(b"error %d\n%b" % (len(words), words))
        else:
            answers.write(b"pages %d\n" % len(pages))
            for width, height, rows in pages:
                answers.write(b"%d %d\n%b" % (width, height, rows))
        answers.flush()
