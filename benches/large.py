#!/usr/bin/env python3
"""Signs a file of 100 MB and says what that costs: memory, and time beside sha512sum in turns.

    cargo build --release && benches/large.py
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VANTHU = ROOT / "target" / "release" / "vanthu"
TIME = "2026-06-18T10:15:30+07:00"
ROUNDS = 5


def large(path):
    """One page, and an image of 100 MB that no filter makes shorter."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 4 0 R>>>>>>",
    ]
    head = b"<</Type/XObject/Subtype/Image/Width 10000/Height 10000/ColorSpace/DeviceGray/BitsPerComponent 8"
    objects.append(head + b"/Length 100000000>>\nstream\n" + os.urandom(100_000_000) + b"\nendstream")
    body, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = len(body)
    body += b"xref\n0 5\n0000000000 65535 f\r\n"
    body += b"".join(b"%010d 00000 n\r\n" % offset for offset in offsets)
    body += b"trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % table
    path.write_bytes(body)


def run(*command):
    """Seconds and, of the largest process so far, megabytes."""
    began = time.perf_counter()
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def peak(*command):
    """The most memory that a run of `command` holds, in MB: of a child, so that only it counts."""
    child = os.fork()
    if child == 0:
        run(*command)
        print(f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB", flush=True)
        os._exit(0)
    os.waitpid(child, 0)


def main():
    os.environ["VANTHU_PASSPHRASE"] = ""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        large(folder / "base.pdf")
        keys = ["keys", "new", "--dir", folder, "--no-passphrase", "--time", TIME]
        run(VANTHU, *keys, "root", "--root", "--common-name", "Root")
        for key in ("chairman", "agency"):
            run(VANTHU, *keys, key, "--issuer", "root", "--common-name", key)
        places = ["--place", "signer=1,110,40,60,28", "--place", "agency=1,95,36,36,36"]
        once, twice = folder / "once.pdf", folder / "twice.pdf"
        sign = [VANTHU, "sign", "--time", TIME, "--force"]
        chairman = [*sign, folder / "base.pdf", "--key", folder / "chairman.key", "-o", once, *places]
        agency = [*sign, once, "--as", "agency", "--key", folder / "agency.key", "-o", twice]
        for what, command in (("the chairman", chairman), ("the agency", agency)):
            print(f"{what:>14} signs: ", end="", flush=True)
            peak(*command)
        ratios = {"the chairman": [], "the agency": []}
        for _ in range(ROUNDS):
            for what, command in (("the chairman", chairman), ("the agency", agency)):
                hashed, signed = run("sha512sum", folder / "base.pdf"), run(*command)
                ratios[what].append(signed / hashed)
        for what, found in ratios.items():
            print(f"{what:>14}: {statistics.median(found):.1f} x sha512sum (from {min(found):.1f} to {max(found):.1f})")


if __name__ == "__main__":
    sys.exit(main())
