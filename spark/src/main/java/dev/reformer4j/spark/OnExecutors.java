package dev.reformer4j.spark;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;

/// Questions to the executors before they are given work: what is wrong with one of them is then
/// said on the driver.
final class OnExecutors {
  private OnExecutors() {}

  /// Asks in a short job of two tasks for each core, so that as a rule every executor gets one.
  ///
  /// @param question its argument means nothing
  /// @return the answers that are not empty, each once
  static List<String> ask(SparkContext context, Function<Integer, String> question) {
    List<Integer> asked = IntStream.range(0, 2 * context.defaultParallelism()).boxed().toList();
    List<String> answers =
        JavaSparkContext.fromSparkContext(context)
            .parallelize(asked, asked.size())
            .map(question)
            .filter(answer -> !answer.isEmpty())
            .collect();
    return List.copyOf(new TreeSet<>(answers));
  }
}
