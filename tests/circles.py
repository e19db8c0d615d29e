#!/usr/bin/env python3
"""No circle between the modules or files of a package: who reads one file needs those that it names, and none of
them needs it back.

Reads every `use` and every path in crates/*/src and src. A name counts for the file that defines it, however many
tables of contents (`pub use`) it passes on the way, so these are in no circle as long as they define nothing. Tests
inside of the sources are left out: they may look at anything.

Two circles are looked for: of files, and of the modules that lie side by side in one folder, each taken as a whole
with what lies below it.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

TOKEN = re.compile(
    r"""
      (?P<skip>\s+|//[^\n]*|/\*.*?\*/)
    | (?P<text>b?r(?P<hashes>\#*)".*?"(?P=hashes)|[bc]?"(?:[^"\\]|\\.)*")
    | (?P<char>b?'(?:[^'\\\n]|\\[^\n][^'\n]*)'(?!\w))
    | (?P<life>'\w+)
    | (?P<name>(?:r\#)?[^\W\d]\w*)
    | (?P<path>::)
    | (?P<other>\d[\w.]*?(?=\.\.|[^\w.]|$)|.)
    """,
    re.VERBOSE | re.DOTALL,
)
# A path that an attribute holds as text: #[serde(with = "crate::clock::iso")].
QUOTED_PATH = re.compile(r'"((?:crate|self|super)(?:::\w+)+)"')
DEFINES = {"struct", "enum", "union", "trait", "type", "fn", "const", "static"}
OPEN, CLOSE = set("([{"), set(")]}")


def tokens_of(source):
    """Names, `::` and punctuation; comments and texts are gone, but for paths that stand in texts."""
    found = []
    for match in TOKEN.finditer(source):
        kind, text = match.lastgroup, match.group()
        if match.group("text") is not None:
            quoted = QUOTED_PATH.fullmatch(text)
            found += re.findall(r"\w+|::", quoted.group(1)) if quoted else ['""']
        elif kind in ("name", "path", "other"):
            found.append(text.removeprefix("r#"))
    return found


def end_of_group(tokens, at):
    """The place after the bracket that closes the one at `at`."""
    depth = 0
    while at < len(tokens):
        depth += (tokens[at] in OPEN) - (tokens[at] in CLOSE)
        at += 1
        if depth == 0:
            break
    return at


def end_of_item(tokens, at):
    """The place after the item that begins at `at`: after its `;` or its block."""
    while at < len(tokens):
        if tokens[at] == ";":
            return at + 1
        if tokens[at] in OPEN:
            block = tokens[at] == "{"
            at = end_of_group(tokens, at)
            if block:
                return at
        else:
            at += 1
    return at


def without_tests(tokens):
    """The same without what stands under #[cfg(test)]."""
    kept, at = [], 0
    while at < len(tokens):
        if tokens[at : at + 7] == ["#", "[", "cfg", "(", "test", ")", "]"]:
            at = end_of_item(tokens, at + 7)
        else:
            kept.append(tokens[at])
            at += 1
    return kept


def leaves(tokens, at=0, prefix=()):
    """The paths of a `use` tree from `at`, each with the name that it has here; and the place after it."""
    found, path = [], list(prefix)
    while at < len(tokens):
        token = tokens[at]
        if token == "{":
            at += 1
            while tokens[at] != "}":
                inner, at = leaves(tokens, at, path)
                found += inner
                at += tokens[at] == ","
            return found, at + 1
        if token in (",", "}"):
            break
        if token == "as":
            found.append((path, tokens[at + 1]))
            return found, at + 2
        if token not in ("::",):
            path = path + [token]
        at += 1
    if path[-1] == "self" and len(path) > 1:
        path = path[:-1]
    found.append((path, path[-1]))
    return found, at


class Module:
    """What a module has: its children, what it defines, and what it brings in."""

    def __init__(self, file, parent=None):
        self.file, self.parent = file, parent
        self.children, self.items, self.imports, self.globs = {}, set(), {}, []
        self.uses, self.paths, self.names = [], [], set()

    def root(self):
        return self if self.parent is None else self.parent.root()

    def read(self, tokens):
        """Takes in the tokens of this module, and those of modules that are written out inside of it."""
        at, depth = 0, 0
        while at < len(tokens):
            token, following = tokens[at], tokens[at + 1 : at + 3]
            if token == "use" and following and following[0] not in ("<", ">"):
                end = tokens.index(";", at)
                self.take_in(tokens[at + 1 : end])
                at = end
            elif depth == 0 and token == "mod" and following[1:] == ["{"]:
                end = end_of_group(tokens, at + 2)
                inner = self.children[following[0]] = Module(self.file, self)
                inner.read(tokens[at + 3 : end - 1])
                at = end
                continue
            elif depth == 0 and token in DEFINES and following and following[0] not in DEFINES:
                self.items.add(following[0])
                at += 1
            elif token == "macro_rules" and following[:1] == ["!"]:
                self.items.add(tokens[at + 2])
                at += 2
            elif re.match(r"[^\W\d]", token):
                path = [token]
                while tokens[at + 1 : at + 2] == ["::"] and re.match(r"[^\W\d]", (tokens[at + 2 : at + 3] or [""])[0]):
                    path.append(tokens[at + 2])
                    at += 2
                self.names.add(token)
                if len(path) > 1:
                    self.paths.append(path)
            depth += (token in OPEN) - (token in CLOSE)
            at += 1

    def take_in(self, tree):
        for path, name in leaves(tree)[0]:
            if path[-1] == "*":
                self.globs.append(path[:-1])
            else:
                # A macro and a module may have one name.
                self.imports.setdefault(name, []).append(path)
                self.uses.append(path)

    def find(self, path, asked=()):
        """The module or the file that a path means, seen from here; None outside of the package."""
        if (id(self), tuple(path)) in asked:
            return None
        asked = (*asked, (id(self), tuple(path)))
        first, rest = path[0], path[1:]
        if first == "crate":
            return self.root().inside(rest, asked)
        if first == "self":
            return self.inside(rest, asked)
        if first == "super":
            here = self.parent
            while rest[:1] == ["super"]:
                here, rest = here.parent, rest[1:]
            return here.inside(rest, asked)
        if first in self.children:
            return self.children[first].inside(rest, asked)
        if first in self.items:
            return self.file
        return self.imported(first, rest, asked)

    def imported(self, name, rest, asked):
        found = (self.find(path + rest, asked) for path in self.imports.get(name, ()))
        return next((place for place in found if place is not None), None)

    def inside(self, rest, asked):
        if not rest:
            return self
        if rest[0] in self.children:
            return self.children[rest[0]].inside(rest[1:], asked)
        if rest[0] in self.items:
            return self.file
        if rest[0] in self.imports:
            return self.imported(rest[0], rest[1:], asked)
        for glob in self.globs:
            found = self.find(glob + rest, asked)
            if found is not None:
                return found
        # What a macro defines has no definition to be seen: it is of the file that was named.
        return self.file

    def references(self):
        """The files that this module names, each with the words that name it."""
        for path in self.uses + self.paths:
            found = self.find(path)
            # A module that is named brings nothing by itself; what is taken from it does.
            if isinstance(found, Path) and found != self.file:
                yield found, "::".join(path)
        for glob in self.globs:
            module = self.find(glob)
            if isinstance(module, Module):
                for name in sorted(self.names & (module.items | set(module.imports))):
                    found = module.inside([name], ())
                    if isinstance(found, Path) and found != self.file:
                        yield found, "::".join([*glob, name])
        for child in self.children.values():
            if child.file == self.file:
                yield from child.references()


def modules_of(folder, root_file):
    """The module tree of a package, by the places of its files."""
    root = Module(root_file)
    by_folder = {folder: root}
    files = sorted(folder.rglob("*.rs"), key=lambda file: (len(file.parts), file.name != "mod.rs"))
    modules = [root]
    for file in files:
        if file.parent == folder and file.name in ("lib.rs", "main.rs"):
            continue
        if file.name == "mod.rs":
            parent, name = by_folder[file.parent.parent], file.parent.name
        else:
            parent, name = by_folder[file.parent], file.stem
        module = parent.children[name] = Module(file, parent)
        by_folder[file.parent if file.name == "mod.rs" else file.with_suffix("")] = module
        modules.append(module)
    for module in modules:
        module.read(without_tests(tokens_of(module.file.read_text(encoding="utf-8"))))
    return modules


def circle_in(arrows):
    """The shortest circle of a graph, as the nodes on the way; None where there is none."""
    best = None
    for start in sorted(arrows):
        came_from, waiting = {}, [start]
        while waiting and start not in came_from:
            here = waiting.pop(0)
            for there in sorted(arrows.get(here, ())):
                if there not in came_from:
                    came_from[there] = here
                    waiting.append(there)
        if start in came_from:
            way = [start]
            while came_from[way[-1]] != start:
                way.append(came_from[way[-1]])
            way = [start, *reversed(way[1:])]
            if best is None or len(way) < len(best):
                best = way
    return best


def circles_of(arrows):
    """Circles of a graph, until cutting each once would leave none."""
    arrows = {here: set(there) for here, there in arrows.items()}
    while circle := circle_in(arrows):
        yield circle
        for here, there in zip(circle, circle[1:] + circle[:1]):
            arrows[here].discard(there)


def check(folder, root_file):
    """Says what is wrong in one package; how many circles were found, and how many files looked at."""
    modules = modules_of(folder, root_file)
    files, beside = {}, {}
    for module in modules:
        for found, words in module.references():
            files.setdefault(module.file, {}).setdefault(found, words)
            here, there = module.file.relative_to(folder).parts, found.relative_to(folder).parts
            shared = next(at for at in range(len(here)) if here[at] != there[at])
            # A module is one, whether its file stands beside its folder (a.rs, a/) or in it (a/mod.rs).
            names = tuple(folder.joinpath(*way[: shared + 1]).with_suffix("") for way in (here, there))
            place = beside.setdefault(folder.joinpath(*here[:shared]), {})
            if names[0] != names[1]:
                place.setdefault(names[0], {}).setdefault(names[1], (module.file, found, words))

    faults = 0
    for circle in circles_of(files):
        faults += 1
        print("a circle of files:", file=sys.stderr)
        for here, there in zip(circle, circle[1:] + circle[:1]):
            print(f"  {here.relative_to(ROOT)} names {files[here][there]} of {there.relative_to(ROOT)}", file=sys.stderr)
    for place in sorted(beside):
        arrows = beside[place]
        for circle in circles_of(arrows):
            if not any(node.is_dir() for node in circle):
                continue  # of files, and told already
            faults += 1
            print(f"a circle of modules in {place.relative_to(ROOT)}:", file=sys.stderr)
            for here, there in zip(circle, circle[1:] + circle[:1]):
                file, found, words = arrows[here][there]
                print(
                    f"  {here.name} needs {there.name}: {file.relative_to(ROOT)} names {words} of {found.relative_to(ROOT)}",
                    file=sys.stderr,
                )
    return faults, len(modules)


def main():
    packages = [*sorted((ROOT / "crates").glob("*/src")), ROOT / "src"]
    found = [check(folder, folder / "lib.rs") for folder in packages]
    faults, files = sum(fault for fault, _ in found), sum(files for _, files in found)
    print(f"{files} files of {len(packages)} packages, {faults} circles")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
