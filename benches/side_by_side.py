#!/usr/bin/env python3
"""Times vanthu beside the usual Python tools (Typst's wheel, pyHanko) on the same report and key.

    cargo build --release && tests/judges/setup.sh && benches/side_by_side.py

Runs are paired and interleaved: whatever else the machine does meets both. benches/README.md says
what is compared and how to read it.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
JUDGES = ROOT / "target" / "judges"
VANTHU = ROOT / "target" / "release" / "vanthu"
EXAMPLE = ROOT / "examples" / "201-bc-ubnd.json"

if not (JUDGES / "version").exists():
    sys.exit("Typst's wheel and pyHanko are not set up: run tests/judges/setup.sh")
if Path(sys.prefix).resolve() != (JUDGES / "venv").resolve():
    python = str(JUDGES / "venv" / "bin" / "python")
    os.execv(python, [python, __file__, *sys.argv[1:]])


# ── The Python side. Each imports what it needs and no more: start-up is part of a process. ──────


def runs(text):
    """Inline `**bold**` and `*italic*` as the template reads them."""
    found = []
    for part in re.split(r"(\*\*.+?\*\*|\*.+?\*)", text):
        bold = part.startswith("**") and len(part) > 4
        italic = not bold and part.startswith("*") and len(part) > 2
        if part:
            found.append({"text": part.strip("*") if bold or italic else part, "bold": bold, "italic": italic})
    return found


def table(block):
    """A table, its columns as wide as their longest words and cells ask."""
    columns, rows = block["columns"], block["rows"]
    cells, need = [], [len(column["title"]) for column in columns]
    for row in rows:
        group = isinstance(row, dict)
        for index, cell in enumerate(row["cells"] if group else row):
            cell = cell if isinstance(cell, dict) else {"text": cell}
            if cell.get("colspan", 1) == 1 and index < len(need):
                need[index] = max(need[index], min(len(cell["text"]), 30))
            cells.append(
                {
                    "text": runs(cell["text"]),
                    "colspan": cell.get("colspan", 1),
                    "rowspan": cell.get("rowspan", 1),
                    "align": cell.get("align"),
                    "group": group,
                    "long": len(cell["text"]) > 600,
                }
            )
    width = 453.5  # points between the margins
    return {
        "block": "table",
        "caption": runs(block["caption"]) if block.get("caption") else None,
        "widths": [width * part / sum(need) for part in need],
        "aligns": [column["align"] for column in columns],
        "titles": [runs(column["title"]) for column in columns],
        "cells": cells,
    }


def body(block, turn):
    """A block of the content. From the second turn on its text differs from the last turn's: Typst
    remembers paragraphs, and a row of different reports is what an office has."""
    if block["block"] == "table":
        return table(block)
    own = {key: value for key, value in block.items() if key in ("block", "level", "marker", "number")}
    if block["block"] == "heading":
        own.setdefault("number", "")
    return own | {"text": runs(f"{block['text']} {turn}" if turn else block["text"])}


def template_data(document, turn):
    """A report as benches/report.typ reads it."""
    header = document["header"]
    year, month, day = header["date"].split("-")
    return {
        "family": "Liberation Serif",
        "title": document["subject"],
        "author": " ".join(header["agency"]),
        "draft": False,
        "superior": header["superior"],
        "agency": header["agency"],
        "number_line": f"Số: {header['number']}/{header['notation']}",
        "date_line": f"{header['place']}, ngày {day} tháng {month} năm {year}",
        "kind_title": "BÁO CÁO",
        "subject": runs(document["subject"]),
        "addressees": [runs(addressee) for addressee in document["addressees"]],
        "body": [body(block, turn) for block in document["body"]],
        "sticky": 1,
        "recipients": [f"{item};" for item in document["recipients"]["items"]]
        + [f"Lưu: {document['recipients']['archive']}."],
        **document["signature"],
    }


def render_task(folder):
    """A function that reads the report's JSON and gives its PDF."""
    from itertools import count

    import typst

    turns = count()
    desk = folder / "desk"
    desk.mkdir(exist_ok=True)
    (desk / "main.typ").write_bytes((ROOT / "benches" / "report.typ").read_bytes())
    compiler = typst.Compiler(
        str(desk / "main.typ"), root=str(desk), font_paths=[str(ROOT / "fonts")], ignore_system_fonts=True
    )

    def task():
        source = EXAMPLE.read_bytes()
        (desk / "source.json").write_bytes(source)
        data = template_data(json.loads(source), next(turns))
        (desk / "data.json").write_text(json.dumps(data), encoding="utf-8")
        return compiler.compile(format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=1592450130)

    return task, folder / "python.pdf"


def sign_task(folder):
    """A function that gives the signed report: PAdES B-B, Ed25519, pyHanko's own stamp."""
    from io import BytesIO

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    keys = folder / "office" / "keys"
    metadata = signers.PdfSignatureMetadata(
        field_name="signer", md_algorithm="sha512", subfilter=fields.SigSeedSubFilter.PADES
    )

    def task():
        signer = signers.SimpleSigner.load(
            str(keys / "chairman.key"), str(keys / "chairman.crt"), ca_chain_files=[str(keys / "root.crt")]
        )
        report = BytesIO((folder / "report.pdf").read_bytes())
        return signers.sign_pdf(IncrementalPdfFileWriter(report), metadata, signer=signer).getvalue()

    return task, folder / "python.signed.pdf"


def verify_task(folder):
    """A function that fails unless pyHanko accepts the report that vanthu signed."""
    from io import BytesIO

    from pyhanko.keys import load_cert_from_pemder
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    def task():
        root = load_cert_from_pemder(str(folder / "office" / "keys" / "root.crt"))
        reader = PdfFileReader(BytesIO((folder / "report.signed.pdf").read_bytes()))
        for signature in reader.embedded_regular_signatures:
            context = ValidationContext(trust_roots=[root], allow_fetching=False)
            status = validate_pdf_signature(signature, signer_validation_context=context)
            if not status.bottom_line:
                sys.exit(f"pyHanko does not accept vanthu's signature: {status.summary()}")
        return b""

    return task, None


TASKS = {"render": render_task, "sign": sign_task, "verify": verify_task}


def task_once(name, folder):
    """The whole of a Python process: the task, its output on the disk."""
    task, output = TASKS[name](folder)
    result = task()
    if output:
        output.write_bytes(result)


def task_warm(name, folder, count):
    """Seconds of each of `count` calls in one process after one that does not count."""
    task, _ = TASKS[name](folder)
    task()
    seconds = []
    for _ in range(count):
        began = time.perf_counter()
        task()
        seconds.append(time.perf_counter() - began)
    return seconds


# ── The bench. ───────────────────────────────────────────────────────────────────────────────────


def vanthu(*arguments):
    """Runs vanthu and stops where it does not succeed."""
    done = subprocess.run([str(VANTHU), *map(str, arguments)], capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        sys.exit(f"vanthu {' '.join(map(str, arguments))}: exit code {done.returncode}\n{done.stderr or done.stdout}")


def office(folder):
    """An office with a root, a chairman's key, and the report, issued and not signed."""
    home, keys = folder / "office", folder / "office" / "keys"
    agency = ["--name", "ỦY BAN NHÂN DÂN", "--name", "HUYỆN HÒA AN", "--abbreviation", "UBND", "--place", "Hòa An"]
    vanthu("init", home, *agency, "--first", "2020=201")
    # No passphrase: scrypt is slow on purpose, equally for both, and would hide all else.
    vanthu("keys", "new", "root", "--root", "--common-name", "Bench root", "--no-passphrase", "--office", home)
    vanthu(
        *("keys", "new", "chairman", "--issuer", "root", "--common-name", "Bench chairman"),
        *("--no-passphrase", "--office", home),
    )
    vanthu("issue", EXAMPLE, "--office", home, "-o", folder / "report.pdf")
    return {
        "render": ["render", EXAMPLE, "-o", folder / "rendered.pdf", "--force"],
        "sign": [
            *("sign", folder / "report.pdf", "--key", keys / "chairman.key"),
            *("-o", folder / "report.signed.pdf", "--force"),
        ],
        "verify": ["verify", folder / "report.signed.pdf", "--trust", keys / "root.crt"],
    }


def timed(command):
    """Seconds of wall time that `command` takes as a process of its own."""
    began = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - began
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
    return seconds


def processes(folder, commands, rounds):
    """Seconds of whole processes, by task: pairs (vanthu, Python) taken one after the other."""
    pairs = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, arguments in commands.items():
            ours = [str(VANTHU), *map(str, arguments)]
            theirs = [sys.executable, __file__, "--folder", str(folder), "--once", name]
            # In turns, so that neither always finds the caches that the other has warmed.
            if turn % 2:
                second, first = timed(theirs), timed(ours)
            else:
                first, second = timed(ours), timed(theirs)
            # The first round fills the caches.
            if turn:
                pairs[name].append((first, second))
    return pairs


def spread(seconds):
    """Median and quartiles in milliseconds."""
    low, middle, high = statistics.quantiles(seconds, n=4, method="inclusive")
    return f"{1e3 * middle:8.1f}  ({1e3 * low:.1f}–{1e3 * high:.1f})"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=15, help="paired runs of each task; default: 15")
    arguments.add_argument("--json", action="store_true", help="all measurements, in seconds, instead of the table")
    # What a Python process under measurement is started with.
    arguments.add_argument("--once", choices=TASKS, help=argparse.SUPPRESS)
    arguments.add_argument("--warm", choices=TASKS, help=argparse.SUPPRESS)
    arguments.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.once:
        task_once(given.once, given.folder)
        return
    if given.warm:
        print(json.dumps(task_warm(given.warm, given.folder, given.rounds)))
        return
    if given.rounds < 2:
        arguments.error("--rounds: at least 2")
    if not VANTHU.exists():
        sys.exit("there is no target/release/vanthu: run cargo build --release")

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commands = office(folder)
        pairs = processes(folder, commands, given.rounds)
        warm = {}
        for task in commands:
            command = [sys.executable, __file__, "--folder", str(folder), "--warm", task, "--rounds", str(given.rounds)]
            warm[task] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        written = ("rendered.pdf", "python.pdf", "report.signed.pdf", "python.signed.pdf")
        sizes = {path: (folder / path).stat().st_size for path in written}

    if given.json:
        print(json.dumps({"processes": pairs, "python_warm": warm, "bytes": sizes}))
        return
    print(f"{given.rounds} paired runs; median (quartiles), milliseconds\n")
    print(f"{'whole process':14}{'vanthu':>10}{'':18}{'Python':>10}{'':18}{'ratio of each pair, median':>10}")
    for task, measured in pairs.items():
        ours, theirs = zip(*measured)
        ratio = statistics.median(second / first for first, second in measured)
        print(f"{task:14}{spread(ours):28}{spread(theirs):28}{ratio:8.1f} ×")
    print("\nin one process, warm (vanthu: cargo bench)")
    for task, seconds in warm.items():
        print(f"{task:14}{'':28}{spread(seconds):28}")
    print("\n" + "\n".join(f"{path}: {size} bytes" for path, size in sizes.items()))


if __name__ == "__main__":
    main()
