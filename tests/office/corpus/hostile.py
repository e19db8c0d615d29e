"""Files that are made to cost: `hostile.py PROGRAM FOLDER` makes them, has PROGRAM verify each, and prints
a JSON list of name, verdict, seconds and peak memory in KiB."""

import json
import os
import pathlib
import struct
import subprocess
import sys
import zlib

SIGNATURE = (
    b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached "
    b"/ByteRange [0 10 20 30] /Contents <00> >>"
)
HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
FORM = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [%s] /SigFlags 3 >> >>"


def base(fields=b"4 0 R"):
    return {
        1: FORM % fields,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        4: b"<< /FT /Sig /T (a) /V 5 0 R >>",
        5: SIGNATURE,
    }


def bodies(objects):
    out, places = bytearray(HEADER), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    return out, places


def with_table(objects):
    out, places = bodies(objects)
    size, start = max(places) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        known = number in places
        out += b"%010d 00000 n \n" % places[number] if known else b"0000000000 65535 f \n"
    out += b"trailer\n<< /Size %d /Root 1 0 R /ID [<00><00>] >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(out)


def with_stream(objects, inside, size):
    out, places = bodies(objects)
    rows = bytearray()
    for number in range(size - 1):
        kind, first, second = inside.get(number) or ((1, places[number], 0) if number in places else (0, 0, 0))
        rows += struct.pack(">BIH", kind, first, second)
    rows += struct.pack(">BIH", 1, len(out), 0)
    packed = zlib.compress(bytes(rows), 9)
    start = len(out)
    out += b"%d 0 obj\n<< /Type /XRef /Size %d /W [1 4 2] /Root 1 0 R /Filter /FlateDecode /Length %d >>\nstream\n" % (
        size - 1,
        size,
        len(packed),
    )
    return bytes(out + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start)


def stream(data, keys=b""):
    return b"<< %s /Length %d >>\nstream\n" % (keys, len(data)) + data + b"\nendstream"


def start_of(pdf):
    return int(pdf[pdf.rindex(b"startxref\n") + 10 :].split()[0])


def revisions(count):
    pdf = bytearray(with_table(base()))
    previous = start_of(pdf)
    for index in range(count):
        place = len(pdf)
        pdf += b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 %d] >>\nendobj\n" % index
        start = len(pdf)
        pdf += b"xref\n3 1\n%010d 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\n" % (place, previous)
        pdf += b"startxref\n%d\n%%%%EOF\n" % start
        previous = start
    return bytes(pdf)


def overlapping():
    pdf = with_table(base() | {6: b"(" + b"x" * 20_000_000 + b")"})
    place = pdf.index(b"6 0 obj")
    table = b"xref\n7 200000\n" + b"%010d 00000 n \n" % place * 200_000
    trailer = b"trailer\n<< /Size 200007 /Root 1 0 R /Prev %d >>\n" % start_of(pdf)
    return pdf + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(pdf)


def many_over_much():
    """A hundred signatures that all cover the same ninety megabytes; their CMS is nobody's."""
    count, objects = 100, base(b" ".join(b"%d 0 R" % (10 + 2 * index) for index in range(100)))
    for index in range(count):
        objects[10 + 2 * index] = b"<< /FT /Sig /T (f%d) /V %d 0 R >>" % (index, 11 + 2 * index)
        objects[11 + 2 * index] = SIGNATURE.replace(b"0 10 20 30", b"0 @@@@@@@@@@ ########## $$$$$$$$$$").replace(
            b"<00>", b"<" + CMS + b">"
        )
    del objects[4], objects[5]
    objects[300] = stream(os.urandom(90 << 20))
    pdf = bytearray(with_table(objects))
    at = 0
    for _ in range(count):
        start = pdf.index(b"/Contents <", at) + len(b"/Contents ")
        end = pdf.index(b">", start) + 1
        for mark, value in ((b"@", start), (b"#", end), (b"$", len(pdf) - end)):
            place = pdf.index(mark * 10, at)
            pdf[place : place + 10] = b"%10d" % value
        at = end
    return bytes(pdf)


def cms():
    """A well-formed CMS, from a file that pyHanko signed."""
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "judges"))
    import sample

    pdf = sample.Signer.new().sign(sample.rendered(["1.7"]))
    start = pdf.rindex(b"/Contents <") + len(b"/Contents <")
    return pdf[start : pdf.index(b">", start)]


CMS = b""


def files():
    bomb = zlib.compress(b"6 0 " + b" " * (200 << 20), 9)
    packed = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"
    many = {5: SIGNATURE} | {6 + i: b"<< /FT /Sig /T (f%d) /V 5 0 R /Kids [%d 0 R] >>" % (i, 6 + (i + 1) % 200_000) for i in range(200_000)}
    listed = b" ".join(b"%d 0 R" % (6 + i) for i in range(200_000))
    yield "values", with_table(base(b"4 0 R " + b"0 " * 30_000_000))
    deep = b"<< /FT /Sig /T (a) /V 5 0 R /X " + b"[" * 3_000_000 + b"]" * 3_000_000 + b" >>"
    yield "depth", with_table(base() | {4: deep})
    yield "fields in a circle", with_table(base(listed) | many)
    yield "a long name", with_table(base() | {4: b"<< /FT /Sig /T (" + b"x" * 50_000_000 + b") /V 5 0 R >>"})
    yield "byte ranges in a stream", with_table(base() | {6: stream(b"/ByteRange " * 3_000_000)})
    inside = {200 + i: (2, 50 + i, 0) for i in range(40)}
    streams = {50 + i: stream(bomb, packed) for i in range(40)}
    named = b" ".join(b"%d 0 R" % (200 + i) for i in range(40))
    yield "streams that unpack to gigabytes", with_stream(base(named) | streams, inside, 300)
    yield "millions of objects", with_stream(base(), {}, 7_900_000)
    yield "900 revisions", revisions(900)
    yield "3000 revisions", revisions(3000)
    yield "objects over one another", overlapping()
    yield "a hundred signatures of ninety megabytes", many_over_much()


# A process inherits the peak of the one that starts it: a small one starts the program.
RUNNER = """
import json, resource, subprocess, sys, time
began = time.monotonic()
said = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, timeout=60).stdout
seconds = time.monotonic() - began
memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([json.loads(said)["verdict"], seconds, memory]))
"""


def measure(program, file):
    command = [sys.executable, "-c", RUNNER, program, "verify", "--json", file]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def main():
    global CMS
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    CMS = cms()
    found = []
    for name, pdf in files():
        file = folder / "hostile.pdf"
        file.write_bytes(pdf)
        verdict, seconds, memory = measure(program, file)
        found.append({"name": name, "verdict": verdict, "seconds": seconds, "memory": memory})
    print(json.dumps(found))


if __name__ == "__main__":
    main()
