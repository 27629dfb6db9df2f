#!/usr/bin/env bash
# Remakes the heap dumps in tests/fixtures from the programs in tests/java.
#
#   scripts/make-fixtures.sh [NAME...]      all of them without a name
#
# Needs a JDK 17 with jmods (java, javac, jar, jlink, jcmd), for `contents-jdk25` a JDK 25 too (its folder in JDK25), and gzip; `hostile-text` needs cargo instead of a JDK. Nothing is downloaded: libraries are look-alikes.
# Works in FIXTURE_WORK (default /tmp/heapglass-fixtures); that path is in the dumps, as java.class.path.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
java=$root/tests/java
fixtures=$root/tests/fixtures
work=${FIXTURE_WORK:-/tmp/heapglass-fixtures}
jdk25=${JDK25:-/usr/lib/jvm/temurin-25-jdk-amd64}
. "$root/scripts/java-programs.sh"

# fixture NAME MAIN_CLASS DUMP_KIND CHECK LIBRARIES JVM_OPTION...
# DUMP_KIND: live, all, gz (compressed by the virtual machine, kept as it is) or oom (written at the OutOfMemoryError).
# CHECK: exact when every row of the histogram must agree with the dump; report when objects come and go in between.
fixture() {
  local name=$1 main=$2 kind=$3 check=$4 libraries=$5
  shift 5
  local dump=$work/$name.hprof out=$fixtures/$name all=
  rm -f "$dump" "$out.hprof.gz" "$work/run/$name".*
  if [ "$kind" = oom ]; then
    set -- "$@" -XX:+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath="$dump"
  fi
  # The program's argument is in the dump, so it names no folder of this machine.
  start "$main" "$work/run/$name.expected.json" "$libraries" "$@"
  # The first attach makes a thread and its objects; they are to be in the dump and in the histogram alike.
  jcmd "$jvm" VM.version >/dev/null
  case $kind in
    live)
      settle
      jcmd "$jvm" GC.heap_dump "$dump" >/dev/null
      ;;
    all)
      all=-all
      jcmd "$jvm" GC.heap_dump -all "$dump" >/dev/null
      ;;
    gz)
      settle
      jcmd "$jvm" GC.heap_dump -gz=9 "$out.hprof.gz" >/dev/null
      ;;
    oom) ;;
  esac
  jcmd "$jvm" GC.class_histogram $all | tail -n +2 >"$out.histo.txt"
  stop
  find "$work/run" -name "$name.*" -exec cp {} "$fixtures" \;
  if [ "$kind" != gz ]; then
    java -cp "$work/check" HprofTrim "$dump" "$dump.trimmed"
    gzip -9 -n -c "$dump.trimmed" >"$out.hprof.gz"
    rm -f "$dump" "$dump.trimmed"
  fi
  chmod 644 "$out.hprof.gz"
  java -cp "$work/check" HprofCheck \
    "$out.hprof.gz" "$out.histo.txt" "$out.expected.json" "$check"
}

# written NAME EXAMPLE: a dump that no virtual machine writes, by a program with the project's own HPROF writer.
written() {
  cargo run --quiet --manifest-path "$root/Cargo.toml" --features writer --example "$2" |
    gzip -9 -n -c >"$fixtures/$1.hprof.gz"
}

# MarkSweepAlwaysCompactCount, UseTLAB: the serial collector otherwise leaves int[] fillers, other ones at each collection.
make_fixture() {
  case $1 in
    story-tomcat-upgrade)
      fixture "$1" example.chat.ChatServer live exact tomcat-embed-core-9.0.53.jar -XX:+UseG1GC -Xmx16m ;;
    story-mysql-cleanup-thread)
      fixture "$1" example.warehouse.WarehouseService live exact "mysql-connector-java-8.0.25.jar HikariCP-4.0.3.jar" -XX:+UseParallelGC -Xmx24m ;;
    story-native-innocent-heap)
      fixture "$1" example.render.RenderService live exact mysql-connector-java-8.0.25.jar -XX:+UseZGC -Xmx48m ;;
    story-modelmapper)
      fixture "$1" example.orders.OrderController live exact modelmapper-2.4.4.jar -XX:+UseSerialGC -XX:-UseCompressedOops -XX:MarkSweepAlwaysCompactCount=1 -Xmx24m ;;
    story-session-list)
      fixture "$1" example.excel.ExcelExportTaskWebSocket oom report tomcat-embed-core-9.0.53.jar -XX:+UseSerialGC -Xmx28m ;;
    collections-and-values)
      fixture "$1" sample.CollectionsAndValues all report "" -XX:+UseSerialGC -XX:MarkSweepAlwaysCompactCount=1 -XX:-UseTLAB -Xms64m -Xmx64m -Xmn48m ;;
    contents)
      fixture "$1" sample.Contents live report "" -Dfixture.name="$1" -XX:+UseSerialGC -XX:MarkSweepAlwaysCompactCount=1 -Xmx24m ;;
    contents-jdk25)
      make_image "$work/jre25" "$jdk25/bin/jlink"
      jre=$work/jre25
      fixture "$1" sample.Contents live report "" -Dfixture.name="$1" -XX:+UseSerialGC -Xmx24m
      jre=$work/jre ;;
    dominators)
      fixture "$1" sample.Dominators live exact "" -XX:+UseSerialGC -XX:ObjectAlignmentInBytes=16 -XX:MarkSweepAlwaysCompactCount=1 -Xmx16m ;;
    healthy)
      fixture "$1" example.bookings.BookingService gz exact "" -XX:+UseG1GC -Xmx16m ;;
    hostile-text)
      written "$1" hostile_text ;;
    *)
      printf 'no such fixture: %s\n' "$1" >&2
      exit 2
      ;;
  esac
}

mkdir -p "$fixtures"
if [ $# -eq 0 ]; then
  set -- story-tomcat-upgrade story-mysql-cleanup-thread story-native-innocent-heap story-modelmapper \
    story-session-list collections-and-values contents contents-jdk25 dominators healthy hostile-text
fi
if [ "$*" != hostile-text ]; then build; fi
for name in "$@"; do
  make_fixture "$name"
done
ls -l "$fixtures"
