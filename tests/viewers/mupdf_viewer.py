"""Draws PDFs with MuPDF, one after the other: see viewer.rs for what goes in and out."""

import sys

import pymupdf
from frames import serve

pymupdf.TOOLS.mupdf_display_errors(False)
pymupdf.TOOLS.mupdf_display_warnings(False)


def draw(file, dots):
    with pymupdf.open(stream=file, filetype="pdf") as document:
        for page in document:
            picture = page.get_pixmap(dpi=dots, colorspace=pymupdf.csGRAY, alpha=False, annots=True)
            yield picture.width, picture.height, bytes(picture.samples)


serve(draw, sys.argv)
