"""Draws PDFs with PDFium as Chrome does, form fields included: see viewer.rs for what goes in and out."""

import sys

import pypdfium2
from frames import serve


def draw(file, dots):
    document = pypdfium2.PdfDocument(file)
    try:
        document.init_forms()
        for page in document:
            bitmap = page.render(scale=dots / 72, grayscale=True, may_draw_forms=True, draw_annots=True)
            rows, width, height = bytes(bitmap.buffer), bitmap.width, bitmap.height
            if bitmap.stride != width:
                rows = b"".join(rows[at : at + width] for at in range(0, bitmap.stride * height, bitmap.stride))
            yield width, height, rows
            page.close()
    finally:
        document.close()


serve(draw, sys.argv)
