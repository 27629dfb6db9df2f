#!/usr/bin/env bash
# Makes the dumps of the production stories at the size they have in production.
#
#   scripts/make-story-dumps.sh FOLDER [NAME...]      all five without a name
#
# The programs are those of the fixtures (tests/java); properties make them large: 5,000 sessions, a million
# UpgradeInfo, 20,000 connections, 4,000 ModelMappers, 320 MB of direct buffers beside a small heap.
# Needs a JDK 17 with jmods (java, javac, jar, jlink, jcmd), 1 GB of memory, and 1 GB in STORY_WORK
# (default /tmp/heapglass-story-dumps). FOLDER then holds about 35 MB; the dumps are never committed. The tests
# read them when HEAPGLASS_STORY_DUMPS names FOLDER.
set -euo pipefail

if [ $# -eq 0 ]; then
  sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
root=$(cd "$(dirname "$0")/.." && pwd)
java=$root/tests/java
work=${STORY_WORK:-/tmp/heapglass-story-dumps}
out=$(realpath -m "$1")
shift
. "$root/scripts/java-programs.sh"

# story NAME MAIN_CLASS DUMP_KIND LIBRARIES JVM_OPTION...
# DUMP_KIND: live, or oom (written at the OutOfMemoryError).
story() {
  local name=$1 main=$2 kind=$3 libraries=$4 dump=$work/$1.hprof
  shift 4
  rm -f "$dump" "$out/$name".*
  if [ "$kind" = oom ]; then
    set -- "$@" -XX:+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath="$dump"
  fi
  start "$main" "$work/run/$name.expected.json" "$libraries" "$@"
  if [ "$kind" = live ]; then
    settle
    jcmd "$jvm" GC.heap_dump "$dump" >/dev/null
  fi
  jcmd "$jvm" GC.class_histogram | tail -n +2 >"$out/$name.histo.txt"
  stop
  gzip -1 -n -c "$dump" >"$out/$name.hprof.gz"
  rm -f "$dump"
  mv "$work/run/$name.expected.json" "$out"
}

make_story() {
  case $1 in
    story-session-list)
      story "$1" example.excel.ExcelExportTaskWebSocket oom tomcat-embed-core-9.0.53.jar \
        -XX:+UseSerialGC -Xmx372m -Dfixture.buffer=17500 ;;
    story-tomcat-upgrade)
      story "$1" example.chat.ChatServer live tomcat-embed-core-9.0.53.jar \
        -XX:+UseG1GC -Xmx96m -Dfixture.connections=1000000 ;;
    story-mysql-cleanup-thread)
      story "$1" example.warehouse.WarehouseService live "mysql-connector-java-8.0.25.jar HikariCP-4.0.3.jar" \
        -XX:+UseParallelGC -Xmx512m -Dfixture.connections=20000 -Dfixture.buffer=8192 ;;
    story-native-innocent-heap)
      story "$1" example.render.RenderService live mysql-connector-java-8.0.25.jar \
        -XX:+UseG1GC -Xmx512m -Dfixture.frames=20000 -Dfixture.frame.bytes=16384 -Dfixture.statements=40000 \
        -Dfixture.workers=200 ;;
    story-modelmapper)
      story "$1" example.orders.OrderController live modelmapper-2.4.4.jar \
        -XX:+UseG1GC -Xmx96m -Dfixture.requests=4000 -Dfixture.generated=900 ;;
    *)
      printf 'no such story: %s\n' "$1" >&2
      exit 2
      ;;
  esac
}

mkdir -p "$out"
if [ $# -eq 0 ]; then
  set -- story-session-list story-tomcat-upgrade story-mysql-cleanup-thread story-native-innocent-heap story-modelmapper
fi
build
for name in "$@"; do
  make_story "$name"
done
ls -l "$out"
