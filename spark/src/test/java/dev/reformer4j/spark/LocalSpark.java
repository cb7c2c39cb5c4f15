package dev.reformer4j.spark;

import org.apache.spark.sql.SparkSession;

/// One Spark in this JVM for all tests: two executor threads, loopback only, nothing on disk but
/// what shuffles spill.
final class LocalSpark {
  private LocalSpark() {}

  /// The one there is, or a new one after [ClusterTest] has had its own.
  static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("tests")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "3")
        .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir"))
        .getOrCreate();
  }

  /// Ends the one there is, whoever has started it.
  static void stop() {
    SparkSession.getDefaultSession()
        .foreach(session -> {
          session.stop();
          return null;
        });
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
  }
}
