#!/bin/sh
# Chunked and sliding windows: two byte models, alike but for that, learn from the same sequences. Their logs and curves go
# to docs/learning, what they reached and how long they took into docs/training.md.
#   bench/learning/chunking.sh OUT [STEPS]
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
out=$1
steps=${2:-1500}
reformer4j=${REFORMER4J:-$root/reformer4j}
page=$root/docs/learning
mkdir -p "$out/novels" "$page"
for file in "$root"/app/src/main/resources/dev/reformer4j/words/austen/*.gz; do
  gzip -dc "$file" > "$out/novels/$(basename "$file" .gz)"
done
for chunking in sliding chunked; do
  sed "s/\"chunking\" *: *\"[a-z]*\"/\"chunking\": \"$chunking\"/" \
    "$root/app/src/main/resources/dev/reformer4j/cli/model/austen/config.json" > "$out/$chunking.json"
  resume=
  if [ -d "$out/$chunking/checkpoints" ]; then resume=--resume; fi
  # shellcheck disable=SC2086
  "$reformer4j" train --data "$out/novels" --held-out "$out/novels/persuasion.txt" --config "$out/$chunking.json" \
    --length 2048 --steps "$steps" --learning-rate 0.002 --evaluate-every 100 --sample-tokens 0 --seed 1 \
    --out "$out/$chunking" $resume
  gzip -9nc "$out/$chunking/metrics.jsonl" > "$page/$chunking.jsonl.gz"
done
"$reformer4j" curves "$page/chunked.jsonl.gz" "$page/sliding.jsonl.gz" --out "$page/chunking.svg" > "$out/table"
cat "$out/table"
awk -v table="$out/table" '
  /<!-- measured: chunking -->/ {
    print; print "\n```"
    while ((getline line < table) > 0) print line
    print "```\n"; inside = 1
  }
  /<!-- end -->/ { inside = 0 }
  !inside' "$root/docs/training.md" > "$out/training.md"
cp "$out/training.md" "$root/docs/training.md"
