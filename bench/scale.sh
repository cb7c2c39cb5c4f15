#!/bin/sh
# Measures attention over a Spark cluster of this machine, and fits a model to what was measured.
#
#   bench/scale.sh DIR EXECUTORS MEMORY TOKENS…
#
# Data and what Spark spills go to DIR, results behind those in DIR/results.txt, and all of them are
# printed with the model. Every run compares its output with the library before it counts.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
if [ $# -lt 4 ]; then
  sed -n 's/^#   /usage: /p' "$0" >&2
  exit 2
fi
mkdir -p "$1"
dir=$(CDPATH='' cd -- "$1" && pwd -P)
executors=$2
memory=$3
shift 3
jdk=$(sh "$root/.mvn/find-jdk")
if [ ! -f "$dir/classpath" ]; then
  (cd "$root" && JAVA_HOME=$jdk ./mvnw -q -pl spark -am -DskipTests package \
    dependency:build-classpath -Dmdep.outputFile="$dir/classpath")
fi
classes=$root/spark/target/test-classes:$root/spark/target/classes:$(cat "$dir/classpath")
options=$(sed -n "s,.*<surefire.vector>\(.*\)</surefire.vector>.*,\1,p" "$root/spark/pom.xml")

measure() {
  # shellcheck disable=SC2086 # several options, split at spaces
  "$jdk/bin/java" $options -Xmx5g -cp "$classes" dev.reformer4j.spark.ScaleMeasure "$@"
}

measure cluster "$executors" "$memory" "$dir" "$@"
measure fit "$dir"
