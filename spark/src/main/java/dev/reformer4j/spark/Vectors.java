package dev.reformer4j.spark;

import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.Collection;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;

/// Whether executors have the Vector API. Spark gives it to all that it starts itself
/// (`JavaModuleOptions`), so one without it has had its options replaced.
final class Vectors {
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private Vectors() {}

  /// Whether this JVM has it.
  static boolean areHere() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /// What to call this JVM.
  static String here() {
    SparkEnv env = SparkEnv.get();
    return env == null
        ? InetAddress.getLoopbackAddress().getHostName()
        : env.executorId() + " on " + env.blockManager().blockManagerId().host();
  }

  /// Asks the executors, in a short job, and warns or refuses.
  ///
  /// @throws BadInputException if it is required
  static void checkExecutors(SparkContext context, boolean required) {
    check(OnExecutors.ask(context, _ -> areHere() ? "" : here()), required);
  }

  /// Warns once, or refuses.
  ///
  /// @param without executors that lack it
  /// @throws BadInputException if it is required
  static void check(Collection<String> without, boolean required) {
    if (without.isEmpty()) {
      return;
    }
    String sentence =
        "executor "
            + new TreeSet<>(without).getFirst()
            + (without.size() > 1 ? " and " + (without.size() - 1) + " others have" : " has")
            + " no module jdk.incubator.vector";
    String wayOut =
        "add --add-modules=jdk.incubator.vector to spark.executor.extraJavaOptions (with --master"
            + " local to spark.driver.extraJavaOptions)";
    if (required) {
      throw new BadInputException(sentence + ", which was required; " + wayOut);
    }
    if (WARNED.compareAndSet(false, true)) {
      System.getLogger(Vectors.class.getName())
          .log(
              Level.WARNING,
              sentence
                  + ", and computes with plain scalar code, many times slower and with the same"
                  + " results; "
                  + wayOut);
    }
  }
}
