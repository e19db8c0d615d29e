#!/usr/bin/env python3
"""pyHanko's verdict on every signature of a PDF: `pyhanko_verdict.py FILE --trust ROOT.pem`.

Prints one JSON object. Exit status: 0 every signature has a good bottom line, 1 at least one has not
or there is none, 2 could not be judged. Asks no network. Known to let pass what vanthu must refuse:
an update without %%EOF, bytes after the last revision, garbage in the padding of /Contents, orphan
objects; so its yes is needed, and not enough.
"""

import argparse
import json
import logging
import os
import sys
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / "target" / "judges" / "venv"

if not (ROOT / "target" / "judges" / "version").exists():
    print("pyHanko is not set up: run tests/judges/setup.sh", file=sys.stderr)
    sys.exit(2)
if Path(sys.prefix).resolve() != VENV.resolve():
    python = str(VENV / "bin" / "python")
    os.execv(python, [python, __file__, *sys.argv[1:]])

from pyhanko.keys import load_certs_from_pemder  # noqa: E402
from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: E402
from pyhanko.sign.diff_analysis import SuspiciousModification  # noqa: E402
from pyhanko.sign.validation import validate_pdf_signature  # noqa: E402
from pyhanko_certvalidator import ValidationContext  # noqa: E402


def verdict(signature, context):
    """What pyHanko says of one signature, as plain values."""
    status = validate_pdf_signature(signature, signer_validation_context=context)
    difference = status.diff_result
    return {
        "field": signature.field_name,
        "bottom_line": status.bottom_line,
        "intact": status.intact,
        "valid": status.valid,
        "trusted": status.trusted,
        "coverage": status.coverage.name,
        "modification_level": status.modification_level.name if status.modification_level else None,
        "docmdp_ok": status.docmdp_ok,
        "docmdp_level": signature.docmdp_level.name if signature.docmdp_level else None,
        # Where a later change is not explained, pyHanko keeps its reason as an exception.
        "suspicion": str(difference) if isinstance(difference, SuspiciousModification) else None,
        "summary": status.summary(),
        "signer": status.signing_cert.subject.human_friendly,
        "subfilter": str(signature.sig_object.get("/SubFilter")),
        "signature_algorithm": status.pkcs7_signature_mechanism,
        "message_digest": status.md_algorithm,
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--trust", type=Path, required=True, action="append", help="PEM or DER; may be repeated")
    arguments.add_argument("--at", type=datetime.fromisoformat, help="validation time, RFC 3339; default: now")
    given = arguments.parse_args()
    # Its own way of saying that a check failed is a traceback; the verdict says it as well.
    logging.disable(logging.CRITICAL)
    try:
        context = ValidationContext(
            trust_roots=list(load_certs_from_pemder([str(path) for path in given.trust])),
            allow_fetching=False,
            moment=given.at,
        )
        with given.file.open("rb") as stream:
            reader = PdfFileReader(stream, strict=True)
            signatures = [verdict(signature, context) for signature in reader.embedded_regular_signatures]
    except Exception as error:  # whatever a broken file provokes is "could not be judged"
        print(f"pyHanko could not judge {given.file}: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    print(json.dumps({"signatures": signatures}, ensure_ascii=False))
    return 0 if signatures and all(s["bottom_line"] for s in signatures) else 1


if __name__ == "__main__":
    sys.exit(main())
