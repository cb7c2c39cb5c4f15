#!/bin/sh
# Measures attention over a Spark cluster of this machine.
#
#   bench/scale.sh DIR RUN…    a RUN is TOKENS:EXECUTORS:MEMORY, or TOKENS:library
#
# Data and what Spark spills go to DIR, results behind those in DIR/results.txt. Every run compares
# its output with the library before it counts.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
dir=$1
shift
jdk=$(sh "$root/.mvn/find-jdk")
mkdir -p "$dir"
if [ ! -f "$dir/classpath" ]; then
  (cd "$root" && JAVA_HOME=$jdk ./mvnw -q -P spark -pl spark -am -DskipTests package \
    dependency:build-classpath -Dmdep.outputFile="$dir/classpath")
fi
classes=$root/spark/target/test-classes:$root/spark/target/classes:$(cat "$dir/classpath")
options=$(sed -n "s,.*<surefire.vector>\(.*\)</surefire.vector>.*,\1,p" "$root/spark/pom.xml")

measure() {
  # shellcheck disable=SC2086 # several options, split at spaces
  "$jdk/bin/java" $options -Xmx5g -cp "$classes" dev.reformer4j.spark.ScaleMeasure "$@"
}

for run in "$@"; do
  tokens=${run%%:*}
  rest=${run#*:}
  if [ "$rest" = library ]; then
    measure library "$tokens" "$dir/results.txt"
  else
    measure data "$tokens" "$dir"
    measure cluster "$tokens" "${rest%%:*}" "${rest#*:}" "$dir" "$dir/results.txt"
  fi
done
