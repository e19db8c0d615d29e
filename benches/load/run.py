#!/usr/bin/env python3
"""Loads two replicas of `vanthu serve` on one PostgreSQL, from the outside, and says what they stand.

    cargo build --release && apt-get install wrk postgresql && benches/load/run.py --minutes 5

Everything is made for it in a temporary folder, listens on 127.0.0.1 alone, and is gone afterwards. README.md beside
this says what is measured and how to read it. Ends with 1 where an answer was wrong, a replica did not end well, or a
register or trail does not verify.
"""

import argparse
import json
import os
import pwd
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXAMPLE = ROOT / "examples" / "201-bc-ubnd.json"
PASSWORD = "mat khau cua so"
#: The replicas.
REPLICAS = 2
#: How often memory is looked at, in seconds.
SAMPLE = 2.0
#: Over less than this, in seconds, a slope of memory says nothing.
STEADY = 240
#: How long anything may take to start or to end, in seconds.
PATIENCE = 120


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(what, check, process):
    until = time.monotonic() + PATIENCE
    while not check():
        if process.poll() is not None:
            sys.exit(f"{what} ended with {process.returncode}")
        if time.monotonic() > until:
            sys.exit(f"{what} did not start within {PATIENCE} s")
        time.sleep(0.1)


def end(process, how):
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Postgres:
    """Debian's PostgreSQL, as careful with the disk as it is by default."""

    def __init__(self, folder):
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
        if not found:
            sys.exit("PostgreSQL is missing: apt-get install postgresql")
        self.bin = found[-1].parent
        self.folder = folder / "postgres"
        self.folder.mkdir(mode=0o700)
        (self.folder / "password").write_text(PASSWORD)
        # It refuses to run as root.
        self.user = {}
        if os.getuid() == 0:
            other = pwd.getpwnam("postgres")
            self.user = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}
            folder.chmod(0o711)
            for path in (self.folder, self.folder / "password"):
                os.chown(path, other.pw_uid, other.pw_gid)
        cluster = self.folder / "cluster"
        subprocess.run(
            [self.bin / "initdb", "--username=clerk", "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale",
             f"--pgdata={cluster}", f"--pwfile={self.folder / 'password'}"],
            cwd=self.folder, check=True, stdout=subprocess.DEVNULL, **self.user,
        )
        self.port = free_port()
        self.process = subprocess.Popen(
            [self.bin / "postgres", "-D", cluster, "-h", "127.0.0.1", "-p", str(self.port), "-k", ""],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.user,
        )
        ready = [self.bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        wait_for("PostgreSQL", lambda: subprocess.run(ready).returncode == 0, self.process)
        self.address = f"postgres://clerk@127.0.0.1:{self.port}/postgres"

    def ask(self, statement):
        psql = [self.bin / "psql", "-d", self.address, "-Atqc", statement]
        return subprocess.run(psql, check=True, capture_output=True, text=True, env=environment()).stdout.strip()

    def end(self):
        end(self.process, signal.SIGINT)


class Bucket:
    """The S3-compatible server of the tests: made for tests, and in Python, so slow."""

    def __init__(self):
        python = ROOT / "target" / "judges" / "venv" / "bin" / "python"
        if not python.exists():
            sys.exit("the bucket is not set up: run tests/judges/setup.sh")
        script = ROOT / "tests" / "hooks" / "bucket.py"
        self.process = subprocess.Popen([python, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        port = self.process.stdout.readline().strip()
        if not port:
            sys.exit("the bucket did not start: run tests/judges/setup.sh")
        self.endpoint = f"http://127.0.0.1:{port}"

    def end(self):
        end(self.process, signal.SIGKILL)


def environment():
    """What every process is started with."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    bucket = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    return {**kept, **bucket, "PGPASSWORD": PASSWORD, "VANTHU_LANG": "en"}


class World:
    """Offices in a folder, and replicas that serve them."""

    def __init__(self, arguments, folder, started):
        self.program, self.folder = arguments.program, folder
        self.postgres = Postgres(folder)
        started.append(self.postgres)
        offices = folder / "offices"
        self.offices = [offices / f"office-{place:03}" for place in range(1, arguments.offices + 1)]
        tokens = [self.office(place, office) for place, office in enumerate(self.offices, 1)]
        (folder / "tokens").write_text("\n".join(tokens))
        self.documents()
        self.configure(arguments, started)
        self.replicas = []
        for _ in range(REPLICAS):
            self.replicas.append(Replica(self, started))
        addresses = [f"127.0.0.1:{replica.port}" for replica in self.replicas]
        (folder / "replicas").write_text("".join(f"{address}\n" for address in addresses))

    def vanthu(self, *arguments, good=(0,)):
        done = subprocess.run([self.program, *map(str, arguments)], cwd=self.folder, env=environment(),
                              capture_output=True, text=True)
        if done.returncode not in good:
            sys.exit(f"vanthu {arguments[0]}: {done.returncode}: {done.stderr}{done.stdout}")
        return done.stdout.strip()

    def office(self, place, office):
        """Sets an office up and gives its clerk's token."""
        self.vanthu("init", office, "--name", "ỦY BAN NHÂN DÂN", "--name", "HUYỆN HÒA AN", "--abbreviation", "UBND",
                    "--place", "Hòa An", "--organ-id", f"H37.{place:03}", "--database", self.postgres.address)
        return self.vanthu("token", "add", "--office", office, "--name", "phan-mem", "--duty", "clerk")

    def documents(self):
        """The document that is issued again and again, and one that is signed already."""
        document = json.loads(EXAMPLE.read_text())
        document["header"]["number"] = document["header"]["date"] = None
        text = lambda subject: json.dumps({**document, "subject": subject}, ensure_ascii=False)
        (self.folder / "document.json").write_text(text("SUBJECT"))
        first = self.folder / "first.json"
        first.write_text(text("Báo cáo đã ký"))
        office = self.offices[0]
        new = ("keys", "new", "--office", office, "--no-passphrase")
        self.vanthu(*new, "root", "--root", "--common-name", "Gốc")
        self.vanthu(*new, "chairman", "--issuer", "root", "--common-name", "Nguyễn Văn A")
        self.vanthu(*new, "agency", "--issuer", "root", "--common-name", "Ủy ban nhân dân")
        keys = office / "keys"
        self.vanthu("trust", "add", "--office", office, "--yes", keys / "root.crt")
        report, signed = self.folder / "report.pdf", self.folder / "once.pdf"
        self.vanthu("issue", first, "--office", office, "-o", report)
        self.vanthu("sign", report, "--office", office, "--key", keys / "chairman.key", "-o", signed)
        self.vanthu("sign", signed, "--office", office, "--as", "agency", "--key", keys / "agency.key",
                    "-o", self.folder / "signed.pdf")

    def configure(self, arguments, started):
        # Limits that keep strangers and programs off are for others: here all of it comes from one address.
        config = [f'offices = ["{self.folder / "offices"}"]', "rate = 100000000", "token-rate = 100000000",
                  "queue = 1000", "[press]", "queue = 1000", "[storage]"]
        if arguments.bucket:
            bucket = Bucket()
            started.append(bucket)
            config += ['bucket = "files"', f'endpoint = "{bucket.endpoint}"', 'region = "us-east-1"',
                       "allow-http = true"]
        else:
            config.append(f'folder = "{self.folder / "files"}"')
        (self.folder / "serve.toml").write_text("\n".join(config) + "\n")


class Replica:
    """`vanthu serve`, as people start it."""

    def __init__(self, world, started):
        self.port = free_port()
        log = open(world.folder / f"replica-{self.port}.log", "wb")
        self.process = subprocess.Popen(
            [world.program, "serve", "--config", world.folder / "serve.toml", "--listen", f"127.0.0.1:{self.port}"],
            cwd=world.folder, env=environment(), stdout=subprocess.DEVNULL, stderr=log,
        )
        started.append(self)
        wait_for("a replica", self.answers, self.process)

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 5) as one:
                one.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
                return b" 200 " in one.recv(100)
        except OSError:
            return False

    def end(self):
        end(self.process, signal.SIGTERM)

    def memory(self):
        """What the service and all that it started hold in memory now, in MiB."""
        return resident(self.process.pid), sum(map(resident, children(self.process.pid)))


def children(pid):
    try:
        lists = [one.read_text().split() for one in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return []
    return [int(child) for one in lists for child in one]


def worked(pid):
    """How many seconds of a processor a process and all that it ever started have taken."""
    def own(pid):
        try:
            # utime, stime, and those of children that have ended (proc_pid_stat(5)).
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]
        except OSError:
            return 0.0
        return sum(map(int, fields)) / os.sysconf("SC_CLK_TCK")
    return own(pid) + sum(map(own, children(pid)))


def resident(pid):
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    lines = [line.split() for line in status.splitlines()]
    return next((int(line[1]) / 1024 for line in lines if line and line[0] == "VmRSS:"), 0.0)


class Watch(threading.Thread):
    """Looks at the replicas' memory while a phase lasts."""

    def __init__(self, replicas):
        super().__init__(daemon=True)
        self.replicas, self.over = replicas, threading.Event()
        self.seen, self.begun = [], time.monotonic()

    def run(self):
        while True:
            now = time.monotonic() - self.begun
            self.seen.append((now, [replica.memory() for replica in self.replicas]))
            if self.over.wait(SAMPLE):
                return

    def end(self):
        self.over.set()
        self.join()

    def series(self, replica, part):
        return [(at, memories[replica][part]) for at, memories in self.seen]


def slope(series):
    """By the method of least squares, in MiB an hour; the first fifth, in which caches fill, left out."""
    if series[-1][0] < STEADY:
        return "-"
    series = series[len(series) // 5:]
    return f"{statistics.linear_regression(*zip(*series)).slope * 3600:+.1f}"


def around(series, place):
    """The mean of some samples about a place from 0 to 1: workers come and go."""
    width = max(1, len(series) // 20)
    begin = min(max(0, round(place * len(series)) - width // 2), len(series) - width)
    return statistics.fmean(value for _, value in series[begin:begin + width])


def load(world, name, script, seconds, connections):
    """Starts one wrk: a thread for each replica."""
    variables = {"LOAD": str(world.folder), "LOAD_LUA": str(HERE), "LOAD_PHASE": name}
    return subprocess.Popen(
        ["wrk", "--threads", str(REPLICAS), "--connections", str(connections), "--duration", f"{seconds}s",
         "--timeout", "60s", "--script", HERE / f"{script}.lua",
         f"http://127.0.0.1:{world.replicas[0].port}/"],
        env={**environment(), **variables}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )


def report(name, output):
    """Prints what wrk counted; gives how many answers were right, and how many not."""
    line = next((line for line in output.splitlines() if line.startswith("RESULT\t")), None)
    if line is None:
        sys.exit(f"wrk said: {output}")
    *numbers, said = line.split("\t")[1:]
    lasted, good, bad, network, half, most, longest = map(int, numbers)
    print(f"  {name:7} {good / lasted * 1e6:8.1f} a second   p50 {half / 1e3:7.1f} ms   p99 {most / 1e3:7.1f} ms"
          f"   max {longest / 1e3:7.1f} ms   {good} right, {bad + network} wrong", flush=True)
    if said:
        print(f"    the first wrong answer: {said}")
    if not good:
        print("    nothing was answered rightly")
    return good, bad + network + (not good)


def phase(world, name, scripts, seconds):
    """Loads the replicas with `scripts` at once, each with a number of connections."""
    processor = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"\n{name}: {seconds} s; load of the machine before it {processor}", flush=True)
    watch = Watch(world.replicas)
    watch.start()
    roots = [world.postgres.process.pid, *(replica.process.pid for replica in world.replicas)]
    before = [worked(root) for root in roots]
    running = [(script, load(world, name, script, seconds, many)) for script, many in scripts.items()]
    try:
        results = {script: report(script, process.communicate(timeout=seconds + PATIENCE)[0])
                   for script, process in running}
    finally:
        for _, process in running:
            end(process, signal.SIGKILL)
    watch.end()
    database, *services = [worked(root) - earlier for root, earlier in zip(roots, before)]
    each = 1000 / max(1, sum(good for good, _ in results.values()))
    print(f"  processor: {sum(services) * each:.0f} ms an answer in the replicas, {database * each:.1f} ms in PostgreSQL")
    print(f"  {'memory (RSS, MiB)':24} {'begin':>8} {'middle':>8} {'end':>8} {'most':>8} {'an hour':>9}")
    for place, _ in enumerate(world.replicas):
        for part, what in enumerate(("service", "its workers")):
            series = watch.series(place, part)
            figures = [around(series, at) for at in (0, 0.5, 1)] + [max(value for _, value in series)]
            print(f"  replica {place + 1}, {what:13}" + "".join(f" {figure:8.0f}" for figure in figures)
                  + f" {slope(series):>9}", flush=True)
    return results


def audit(world, issued):
    """Whether the registers are what they should be afterwards: gives how many are not."""
    print("\nafterwards")
    wrong = 0
    # One was issued before, to be verified.
    lines = int(world.postgres.ask("SELECT count(*) FROM entry")) - 1
    # Who was cut off when a phase ended may have got a number without hearing of it.
    print(f"  {issued} documents were issued to who asked, {lines} are registered")
    wrong += lines < issued
    room = int(world.postgres.ask("SELECT pg_database_size(current_database())"))
    files = sum(path.stat().st_size for path in (world.folder / "files").rglob("*.pdf"))
    print(f"  {room / 1e6:.1f} MB in the database, {files / 1e6:.1f} MB of files")
    for office in world.offices:
        for what in ("register", "trail"):
            done = subprocess.run([world.program, what, "verify", "--office", office], env=environment(),
                                  capture_output=True, text=True)
            if done.returncode:
                wrong += 1
                print(f"  {what} verify --office {office.name}: {done.returncode}: {done.stdout}{done.stderr}")
    print(f"  register verify and trail verify of {len(world.offices)} offices: {wrong} wrong")
    return wrong


def run(arguments, folder, started):
    begun = time.monotonic()
    world = World(arguments, folder, started)
    place = "a bucket" if arguments.bucket else "a folder"
    print(f"{os.cpu_count()} processors; {REPLICAS} replicas, {len(world.offices)} offices, files in {place}; "
          f"set up in {time.monotonic() - begun:.0f} s", flush=True)
    many, seconds = arguments.connections, round(arguments.minutes * 60)
    mixed = round((arguments.mixed or arguments.minutes) * 60)
    phases = [("issue", {"issue": many}, seconds), ("verify", {"verify": many}, seconds),
              ("mixed", {"issue": many // 2, "verify": many // 2}, mixed)]
    issued = wrong = 0
    for name, scripts, lasts in phases:
        results = phase(world, name, scripts, lasts)
        issued += results.get("issue", (0, 0))[0]
        wrong += sum(bad for _, bad in results.values())
    for replica in world.replicas:
        replica.end()
        wrong += replica.process.returncode != 0
    wrong += audit(world, issued)
    print(f"\n{wrong} wrong")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1, help="how long each phase lasts (1)")
    parser.add_argument("--mixed", type=float, help="how many minutes the mixed phase lasts, if not the same")
    parser.add_argument("--offices", type=int, default=20, help="how many offices there are (20)")
    parser.add_argument("--connections", type=int, default=8, help="how many ask at once (8)")
    parser.add_argument("--bucket", action="store_true", help="files in a bucket in place of a folder")
    parser.add_argument("--program", type=Path, default=ROOT / "target" / "release" / "vanthu")
    arguments = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is missing: apt-get install wrk")
    arguments.program = arguments.program.resolve()
    # Told to end, it cleans up like anybody else.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    folder, started = Path(tempfile.mkdtemp(prefix="vanthu-load-", dir="/tmp")), []
    try:
        return run(arguments, folder, started)
    finally:
        for one in reversed(started):
            one.end()
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
