#!/usr/bin/env python3
"""Time and memory of long tables, beside a plain Typst table of the same cells.

    cargo build --release && tests/judges/setup.sh && benches/rows.py
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
JUDGES = ROOT / "target" / "judges"
VANTHU = ROOT / "target" / "release" / "vanthu"
LENGTHS = (1000, 2500, 5000, 10000)

PLAIN = """
#set document(title: "Danh mục")
#set page(width: 210mm, height: 297mm)
#set text(font: "Liberation Serif", size: 14pt, lang: "vi")
#table(columns: 4, table.header([TT], [Họ và tên], [Địa chỉ], [Số tiền]), ..json("/rows.json").flatten())
"""


def rows(count):
    """The table's rows: a number, a name, an address, a sum."""
    return [
        [str(n), f"Nguyễn Văn {n % 97}", f"Thôn {n % 13}, xã Bình An, tỉnh Bình Giang", f"{n * 37 % 9000}.000"]
        for n in range(1, count + 1)
    ]


def document(count):
    """A notice with the table."""
    form = json.loads((ROOT / "examples" / "thong-bao.json").read_text(encoding="utf-8"))
    columns = [{"title": "TT", "align": "center"}, {"title": "Họ và tên"}, {"title": "Địa chỉ"}]
    columns.append({"title": "Số tiền", "align": "right"})
    form["body"] = [
        {"block": "paragraph", "text": "Danh sách gồm:"},
        {"block": "table", "columns": columns, "rows": rows(count)},
        {"block": "paragraph", "text": "Đề nghị các thôn niêm yết công khai./."},
    ]
    return form


def plain(folder):
    """The peer: the same cells in Typst's wheel."""
    import typst

    compiled = typst.compile(
        str(folder / "plain.typ"), root=str(folder), font_paths=[str(ROOT / "fonts")], ignore_system_fonts=True,
        pdf_standards=["a-3a", "ua-1"],
    )
    (folder / "plain.pdf").write_bytes(compiled)


def measured(command):
    """Seconds and the most megabytes that the process held."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))}: status {status}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def main():
    if sys.argv[1:2] == ["--plain"]:
        plain(Path(sys.argv[2]))
        return
    if not VANTHU.exists():
        sys.exit("there is no target/release/vanthu: run cargo build --release")
    print(f"{'rows':>6}  {'vanthu':>16}  {'plain table':>16}  {'ratio':>12}  MB per further 1,000 rows")
    before = None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plain.typ").write_text(PLAIN, encoding="utf-8")
        for count in LENGTHS:
            (folder / "d.json").write_text(json.dumps(document(count)), encoding="utf-8")
            (folder / "rows.json").write_text(json.dumps(rows(count)), encoding="utf-8")
            ours = measured([VANTHU, "render", folder / "d.json", "-o", folder / "d.pdf", "--force"])
            theirs = measured([sys.executable, __file__, "--plain", folder])
            step = "" if before is None else f"{(ours[1] - before[1]) / (count - before[0]) * 1000:.0f}"
            before = (count, ours[1])
            pairs = [f"{seconds:6.2f} s {size:4.0f} MB" for seconds, size in (ours, theirs)]
            ratio = f"{ours[0] / theirs[0]:.2f} × {ours[1] / theirs[1]:.2f} ×"
            print(f"{count:6}  {pairs[0]:>16}  {pairs[1]:>16}  {ratio:>12}  {step}")


if __name__ == "__main__":
    if not (JUDGES / "version").exists():
        sys.exit("Typst's wheel is not set up: run tests/judges/setup.sh")
    if Path(sys.prefix).resolve() != (JUDGES / "venv").resolve():
        python = str(JUDGES / "venv" / "bin" / "python")
        os.execv(python, [python, __file__, *sys.argv[1:]])
    main()
