# Sourced, not run: builds and runs the programs of tests/java for the scripts that dump them.
#
# The sourcing script sets `root` (the checkout), `java` (tests/java) and `work` (a folder for everything that is made).
# `jre` names the image that runs the programs.
jre=$work/jre
jvm=
trap 'if [ -n "$jvm" ]; then kill "$jvm" 2>/dev/null || true; fi' EXIT

# A run-time image of java.base alone, without debug attributes: the JDK's symbols are most of a small dump.
# make_image FOLDER JLINK
make_image() {
  if [ ! -x "$1/bin/java" ]; then
    rm -rf "$1"
    "$2" --add-modules java.base --strip-java-debug-attributes --output "$1"
  fi
}

# make_jar JAR_NAME VERSION SOURCE_FOLDER [CLASS_PATH]
make_jar() {
  local jar=$work/lib/$1 classes=$work/classes/$1
  rm -rf "$classes" "$jar"
  mkdir -p "$classes"
  find "$3" -name '*.java' -print0 | xargs -0 javac -g:source,lines -XDstringConcat=inline -d "$classes" -cp "${4:-$classes}"
  printf 'Implementation-Version: %s\n' "$2" >"$work/manifest"
  jar --create --file "$jar" --manifest "$work/manifest" -C "$classes" .
}

build() {
  local like=$java/lookalike lib=$work/lib
  mkdir -p "$lib" "$work/run"
  make_image "$work/jre" jlink
  make_jar fixture.jar 1 "$java/harness"
  make_jar tomcat-embed-core-9.0.53.jar 9.0.53 "$like/tomcat"
  make_jar mysql-connector-java-8.0.25.jar 8.0.25 "$like/mysql"
  make_jar HikariCP-4.0.3.jar 4.0.3 "$like/hikaricp"
  make_jar modelmapper-2.4.4.jar 2.4.4 "$like/modelmapper"
  make_jar app.jar 1 "$java/programs" "$(printf '%s:' "$lib"/*.jar)"
  mkdir -p "$work/check"
  javac -d "$work/check" "$java/check/HprofCheck.java" "$java/check/HprofTrim.java"
}

# start MAIN_CLASS EXPECTED_JSON LIBRARIES JVM_OPTION...: returns when the program is ready for its dump.
start() {
  local main=$1 expected=$2 libraries=$3 path=$work/lib/app.jar:$work/lib/fixture.jar library
  shift 3
  for library in $libraries; do
    path=$path:$work/lib/$library
  done
  rm -f "$work/stdin" "$work/stdout"
  mkfifo "$work/stdin" "$work/stdout"
  (cd "$work/run" && exec env -i PATH=/usr/bin:/bin LANG=C.UTF-8 "$jre/bin/java" \
    "$@" -Duser.home=/home/app -Duser.name=app -Dfixture.jar="$work/lib/app.jar" -cp "$path" \
    "$main" "$expected" "$work/run") <"$work/stdin" >"$work/stdout" &
  jvm=$!
  exec 3>"$work/stdin" 4<"$work/stdout"
  local line
  while read -r line <&4; do
    if [ "$line" = ready ]; then return; fi
    printf '%s\n' "$line"
  done
  printf '%s did not get ready\n' "$main" >&2
  return 1
}

# A collection hands references to the cleaner's thread; the second one takes what that thread has let go.
settle() {
  jcmd "$jvm" GC.run >/dev/null
  sleep 0.5
  jcmd "$jvm" GC.run >/dev/null
  sleep 0.5
}

stop() {
  exec 3>&- 4<&-
  wait "$jvm"
  jvm=
}
