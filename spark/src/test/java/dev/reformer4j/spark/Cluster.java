package dev.reformer4j.spark;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.SparkSession;

/// A standalone cluster on loopback, of processes of its own: a master and some workers, started
/// from the jars on the class path as Spark's scripts would start them from a distribution.
final class Cluster implements AutoCloseable {
  private static final long PATIENCE = Duration.ofMinutes(4).toNanos();

  private final Path directory;
  private final Path home;
  private final String url;
  private final String memory;
  private final Process master;
  private final List<Process> workers = new ArrayList<>();
  private int started;

  /// @param directory for logs and what workers keep
  /// @param memory of each worker, such as `1g`
  Cluster(Path directory, String memory) throws IOException {
    this.directory = directory;
    this.memory = memory;
    this.home = Files.createDirectories(directory.resolve("home"));
    Path jars = Files.createDirectories(home.resolve("jars"));
    for (String entry : classPath().split(File.pathSeparator, -1)) {
      Path jar = Path.of(entry);
      if (entry.endsWith(".jar")) {
        Path link = jars.resolve(jar.getFileName());
        if (!Files.exists(link)) {
          Files.createSymbolicLink(link, jar.toAbsolutePath());
        }
      }
    }
    int port = freePort();
    this.url = "spark://127.0.0.1:" + port;
    this.master =
        start(
            "master",
            "org.apache.spark.deploy.master.Master",
            "--host",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--webui-port",
            "0");
    // Processes outlive the one that has started them, so one that is told to end ends them first.
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  /// The class path of the tests, which a JVM that surefire has started hides in a jar.
  static String classPath() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// Starts workers of one core each until there are so many.
  void addWorkers(int wanted) throws IOException {
    while (workers.size() < wanted) {
      addWorker();
    }
  }

  private void addWorker() throws IOException {
    String name = "worker-" + started++;
    workers.add(
        start(
            name,
            "org.apache.spark.deploy.worker.Worker",
            "--host",
            "127.0.0.1",
            "--cores",
            "1",
            "--memory",
            memory,
            "--work-dir",
            directory.resolve(name).toString(),
            "--webui-port",
            "0",
            url));
  }

  private Process start(String name, String type, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    // They pass on messages; what they are asked to start has options of its own.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.addAll(List.of("-cp", classPath(), type));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.redirectErrorStream(true);
    builder.redirectOutput(directory.resolve(name + ".log").toFile());
    return builder.start();
  }

  /// A session on it, whose executors see the class path of the tests.
  SparkSession.Builder session() {
    return SparkSession.builder()
        .master(url)
        .appName("cluster")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.executor.extraClassPath", classPath())
        .config("spark.executor.cores", "1")
        .config("spark.sql.warehouse.dir", directory.resolve("warehouse").toString())
        .config("spark.shuffle.io.maxRetries", "1")
        .config("spark.shuffle.io.retryWait", "200ms");
  }

  /// Waits until so many executors have come.
  static void await(SparkSession session, int executors) throws InterruptedException {
    long begun = System.nanoTime();
    // The driver counts as one.
    while (session.sparkContext().statusTracker().getExecutorInfos().length < executors + 1) {
      if (System.nanoTime() - begun > PATIENCE) {
        throw new IllegalStateException("executors have not come; see the logs of the cluster");
      }
      Thread.sleep(100);
    }
  }

  /// Kills the worker that has started an executor, and both as a machine that goes down would:
  /// nothing is told, nothing is tidied up.
  ///
  /// @param executor its process
  void killWorkerOf(long executor) {
    Process worker =
        workers.stream()
            .filter(process -> process.descendants().anyMatch(child -> child.pid() == executor))
            .findAny()
            .orElseThrow();
    workers.remove(worker);
    kill(worker);
  }

  private static void kill(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    try {
      process.waitFor(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    workers.forEach(Cluster::kill);
    kill(master);
  }
}
