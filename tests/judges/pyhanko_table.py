#!/usr/bin/env python3
"""What pyHanko says of every PDF in a folder: `pyhanko_table.py FOLDER --trust ROOT.pem [--at TIME]`.

Prints a JSON object: the file's name and `valid` (every signature has a good bottom line), `not valid`,
`no signature`, or `not judged` (pyHanko refuses to read it). Run inside the judges' venv."""

import argparse
import json
import logging
from datetime import datetime
from pathlib import Path

from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext


def verdict(path, roots, moment):
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=moment)
    try:
        with path.open("rb") as stream:
            signatures = list(PdfFileReader(stream, strict=True).embedded_regular_signatures)
            if not signatures:
                return "no signature"
            good = all(validate_pdf_signature(one, context, context).bottom_line for one in signatures)
    except Exception:  # whatever a broken file provokes
        return "not judged"
    return "valid" if good else "not valid"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--trust", type=Path, required=True)
    arguments.add_argument("--at", type=datetime.fromisoformat)
    given = arguments.parse_args()
    logging.disable(logging.CRITICAL)
    roots = list(load_certs_from_pemder([str(given.trust)]))
    files = sorted(given.folder.glob("*.pdf"))
    print(json.dumps({path.stem: verdict(path, roots, given.at) for path in files}))


if __name__ == "__main__":
    main()
