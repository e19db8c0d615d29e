#!/usr/bin/env python3
"""Real signed files of other makers, before this program and before pyHanko: `table.py [--from FOLDER] [--write]`.

files.json names them: public repository, path, SHA-256, the time to judge at. They are not part of this project:
they are fetched by these names, or found by their digests in FOLDER. Whom to trust is taken from each file itself:
the topmost certificates that it carries. table.json is what came of it, and is compared; --write writes it anew.

Exit status: 0 the table holds, 1 it does not, 2 files or judges are missing, so that nothing is known of them.
"""

import argparse
import collections
import hashlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
VENV = PROJECT / "target" / "judges" / "venv"
KEPT = PROJECT / "target" / "honest"

if not (PROJECT / "target" / "judges" / "version").exists():
    print("pyHanko is not set up: run tests/judges/setup.sh", file=sys.stderr)
    sys.exit(2)
if Path(sys.prefix).resolve() != VENV.resolve():
    python = str(VENV / "bin" / "python")
    os.execv(python, [python, __file__, *sys.argv[1:]])

from asn1crypto import cms, pem, x509  # noqa: E402
from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: E402
from pyhanko.sign.validation import validate_pdf_signature  # noqa: E402
from pyhanko_certvalidator import ValidationContext  # noqa: E402

# Why a file that pyHanko finds whole is called invalid here, by the check or finding that speaks against it.
REASONS = json.loads((HERE / "reasons.json").read_text(encoding="utf-8"))


def fetched(entry):
    """The file, by its repository and path; `None` where it can't be had."""
    kept = KEPT / entry["sha256"]
    if not kept.exists():
        path = urllib.request.quote(entry["path"])
        address = f"https://raw.githubusercontent.com/{entry['repository']}/HEAD/{path}"
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                content = answer.read()
        except OSError as error:
            print(f"not to be had: {address}: {error}", file=sys.stderr)
            return None
        if hashlib.sha256(content).hexdigest() != entry["sha256"]:
            print(f"another file than it was: {address}", file=sys.stderr)
            return None
        KEPT.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(content)
    return kept


def found(folder):
    """The files below `folder`, by their digests."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in files}


def certificates_of(token):
    """The certificates that a CMS carries, those of time-stamps in it too."""
    try:
        signed = cms.ContentInfo.load(token, strict=False)["content"]
        yield from (one.chosen for one in signed["certificates"] if one.name == "certificate")
        for signer in signed["signer_infos"]:
            for attribute in signer["unsigned_attrs"] or ():
                if attribute["type"].native == "signature_time_stamp_token":
                    for value in attribute["values"]:
                        yield from certificates_of(value.dump())
    except (ValueError, TypeError, KeyError):
        # What is no CMS carries none.
        return


def topmost(path):
    """The certificates in the file that no other one in it issued."""
    known = {}
    try:
        reader = PdfFileReader(path.open("rb"), strict=False)
        for signature in reader.embedded_signatures:
            for one in certificates_of(bytes(signature.pkcs7_content)):
                known[one.sha256] = one
        store = reader.root["/DSS"] if "/DSS" in reader.root else {}
        for reference in store["/Certs"] if "/Certs" in store else ():
            one = x509.Certificate.load(reference.get_object().data)
            known[one.sha256] = one
    except Exception as error:  # whatever a broken file provokes
        print(f"{path.name}: {type(error).__name__}: {error}", file=sys.stderr)

    def issued(one):
        return one.issuer != one.subject and any(other.subject == one.issuer for other in known.values())

    return [one for one in known.values() if not issued(one)]


def theirs(path, roots, at):
    """What pyHanko says: ok (every signature has a good bottom line), intact, BROKEN, none, or not read."""
    moment = datetime.fromisoformat(at) if at else None
    try:
        context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=moment)
        with path.open("rb") as stream:
            signatures = PdfFileReader(stream, strict=False).embedded_regular_signatures
            answers = [validate_pdf_signature(one, context, context) for one in signatures]
    except Exception:  # whatever a broken file provokes
        return "not read"
    if not answers:
        return "none"
    if all(one.bottom_line for one in answers):
        return "ok"
    return "intact" if all(one.intact and one.valid for one in answers) else "BROKEN"


def ours(program, path, trust, at):
    """Our report."""
    command = [program, "verify", path, "--trust", trust, "--json", *(["--at", at] if at else [])]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, encoding="utf-8")
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {"verdict": f"exit {done.returncode}", "reason": {"en": done.stderr.strip()}}


def against(report):
    """What speaks against a file, by its stable name, and in words."""
    for signature in report.get("signatures", ()):
        for check in signature["checks"]:
            if check["outcome"] == "fail":
                return check["id"], check["message"]["en"]
    for finding in report.get("findings", ()):
        return finding["id"], finding["message"]["en"]
    if report.get("pages_differ"):
        return "pages", "the pages look different from what was signed"
    return "unreadable", (report.get("reason") or {}).get("en", "")


def judged(entry, path, program):
    with tempfile.TemporaryDirectory() as folder:
        roots = topmost(path)
        trust = Path(folder) / "roots.pem"
        trust.write_bytes(b"".join(pem.armor("CERTIFICATE", one.dump()) for one in roots))
        report = ours(program, path, trust, entry["at"])
    row = {"pyhanko": theirs(path, roots, entry["at"]), "verdict": report["verdict"]}
    if report["verdict"] in ("invalid", "unreadable") and row["pyhanko"] in ("ok", "intact"):
        row["against"], row["words"] = against(report)
    return row


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--from", dest="folder", type=Path, help="where the files are, under any name")
    arguments.add_argument("--program", type=Path, default=PROJECT / "target" / "debug" / "vanthu")
    arguments.add_argument("--write", action="store_true", help="write the table anew")
    given = arguments.parse_args()
    logging.disable(logging.CRITICAL)
    entries = json.loads((HERE / "files.json").read_text(encoding="utf-8"))
    at_hand = found(given.folder) if given.folder else None
    paths = [at_hand.get(one["sha256"]) if at_hand is not None else fetched(one) for one in entries]
    missing = sum(path is None for path in paths)
    if missing:
        print(f"NOT CHECKED HERE: {missing} of {len(entries)} files are not to be had", file=sys.stderr)
        return 2
    if not given.program.exists():
        print(f"{given.program} is not there: cargo build, or name it with --program", file=sys.stderr)
        return 2
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        rows = list(pool.map(lambda pair: judged(*pair, given.program), zip(entries, paths)))
    counts = collections.Counter(f"pyHanko {row['pyhanko']}, vanthu {row['verdict']}" for row in rows)
    table = {
        "counts": dict(sorted(counts.items())),
        "files": {entry["sha256"][:16]: row for entry, row in zip(entries, rows)},
    }
    kept = HERE / "table.json"
    if given.write:
        kept.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    wrong = []
    for entry, row in zip(entries, rows):
        name = f"{entry['repository']} {entry['path']}"
        refused = row["verdict"] in ("invalid", "unreadable")
        if refused and row["pyhanko"] == "ok":
            wrong.append(f"an honest file is called {row['verdict']}: {name}: {row['against']}: {row['words']}")
        if refused and row["pyhanko"] == "intact" and row["against"] not in REASONS:
            wrong.append(f"{row['against']} has no reason: {name}: {row['words']}")
    if not kept.exists() or json.loads(kept.read_text(encoding="utf-8")) != table:
        wrong.append("table.json says otherwise; look at the difference, then --write")
    print("\n".join([*(f"{count:4} {kind}" for kind, count in table["counts"].items()), *wrong]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
