#!/usr/bin/env bash
# Writes a dump of about SIZE bytes, with many small objects of mixed shapes, for performance measurements.
#
#   scripts/make-large-dump.sh OUT.hprof SIZE      SIZE in bytes, or with a suffix M or G (powers of ten)
#
# Needs a JDK 17 or later (java, javac, jcmd) and a heap of about 1.3 x SIZE. The dump is never committed.
set -euo pipefail

if [ $# -ne 2 ]; then
  sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
out=$(realpath -m "$1")
case "$2" in
  *G) size=$(( ${2%G} * 1000000000 )) ;;
  *M) size=$(( ${2%M} * 1000000 )) ;;
  *) size=$2 ;;
esac

# Measured: what one customer with its orders takes in the dump, on average.
bytes_per_customer=2480
customers=$(( size / bytes_per_customer ))

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
jvm=
finish() {
  if [ -n "$jvm" ]; then kill "$jvm" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT

javac -d "$work/classes" "$root/tests/java/large/LargeHeap.java"
mkfifo "$work/stdin" "$work/stdout"
nice -n 10 java -XX:+UseParallelGC -Xmx$(( size / 1000000 * 13 / 10 + 256 ))m -cp "$work/classes" LargeHeap "$customers" \
  <"$work/stdin" >"$work/stdout" &
jvm=$!
exec 3>"$work/stdin"
read -r _ <"$work/stdout"
rm -f "$out"
jcmd "$jvm" GC.heap_dump "$out"
jcmd "$jvm" GC.class_histogram | { head -n 12; cat >"$work/rest"; }
tail -n 1 "$work/rest"
exec 3>&-
wait "$jvm"
jvm=
ls -l "$out"
