/// Benchmarks for JMH: `java -jar bench/target/reformer4j-bench.jar`.
package dev.reformer4j.bench.jmh;
