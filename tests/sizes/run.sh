#!/bin/sh
# Shallow sizes against the class histograms of live JVMs: every collector with every way to lay out
# objects. Slow, so not part of `npm test`. Needs JDKs from 15 on with jcmd.
#
#   tests/sizes/run.sh JAVA_HOME...        dumps stay in target/sizes
set -eu
cd "$(dirname "$0")/../.."
out=target/sizes
mkdir -p "$out"
rm -f "$out"/*.hprof "$out"/*.histo.txt

# capture JAVA_HOME NAME FLAG...: a dump and the histogram right after it.
capture() {
  home=$1 name=$2
  shift 2
  "$home/bin/java" -Xmx256m "$@" -cp "$out/classes" Shapes >"$out/$name.log" 2>&1 &
  jvm=$!
  waited=0
  until grep -qs '^ready' "$out/$name.log"; do
    if ! kill -0 "$jvm" 2>/dev/null || [ "$waited" -ge 100 ]; then
      echo "skipped $name: $(head -n 1 "$out/$name.log")"
      kill "$jvm" 2>/dev/null || true
      wait "$jvm" 2>/dev/null || true
      return 0
    fi
    waited=$((waited + 1))
    sleep 0.1
  done
  # The first commands load classes of their own.
  "$home/bin/jcmd" "$jvm" GC.class_histogram >/dev/null
  "$home/bin/jcmd" "$jvm" GC.heap_dump "$PWD/$out/$name.hprof" >/dev/null
  "$home/bin/jcmd" "$jvm" GC.class_histogram >"$out/$name.histo.txt"
  kill "$jvm"
  wait "$jvm" 2>/dev/null || true
  echo "captured $name"
}

# variants JAVA_HOME NAME FLAG...: all layouts that the collector knows.
variants() {
  jvm_home=$1 label=$2
  shift 2
  diagnostic=-XX:+UnlockDiagnosticVMOptions
  capture "$jvm_home" "$label" "$@"
  capture "$jvm_home" "$label-wide" "$@" -XX:-UseCompressedOops
  capture "$jvm_home" "$label-wide-wideclass" "$@" -XX:-UseCompressedOops -XX:-UseCompressedClassPointers
  capture "$jvm_home" "$label-wideclass" "$@" -XX:-UseCompressedClassPointers
  for alignment in 16 32; do
    capture "$jvm_home" "$label-align$alignment" "$@" -XX:ObjectAlignmentInBytes=$alignment
    capture "$jvm_home" "$label-wide-align$alignment" "$@" -XX:-UseCompressedOops \
      -XX:ObjectAlignmentInBytes=$alignment
  done
  capture "$jvm_home" "$label-compact" "$@" $diagnostic -XX:+UseCompactObjectHeaders
  capture "$jvm_home" "$label-compact-wide" "$@" $diagnostic -XX:+UseCompactObjectHeaders \
    -XX:-UseCompressedOops
  capture "$jvm_home" "$label-compact-align16" "$@" $diagnostic -XX:+UseCompactObjectHeaders \
    -XX:ObjectAlignmentInBytes=16
}

first=$1
mkdir -p "$out/classes"
"$first/bin/javac" --release 11 -nowarn -d "$out/classes" tests/sizes/Shapes.java 2>/dev/null
for home in "$@"; do
  jdk=jdk$("$home/bin/java" -XshowSettings:properties -version 2>&1 |
    sed -n 's/.*java.specification.version = //p')
  for collector in Serial Parallel G1 Z Shenandoah; do
    variants "$home" "$jdk-$collector" -XX:+UnlockExperimentalVMOptions "-XX:+Use${collector}GC"
  done
done
HEAPGLASS_SIZE_DUMPS=$out cargo test --test sizes -- --ignored --nocapture
