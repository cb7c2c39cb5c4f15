package dev.reformer4j.spark;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/// Stops executors of a [Cluster] half-way: once armed, the task that starts as number so and so
/// says in a file which process it is in, and waits there for its end. What it is part of cannot
/// end before that process was killed, so a test of that depends on no timing.
///
/// Executors and the test agree through files in one directory.
public final class HalfWay implements SparkPlugin {
  /// The setting that names the directory.
  static final String DIRECTORY = "spark.reformer4j.halfWay";

  private static final long PATIENCE = Duration.ofMinutes(3).toNanos();
  private static final String ARMED = "armed";
  private static final String REACHED = "reached";
  private static final String TASK = "task-";

  @Override
  public DriverPlugin driverPlugin() {
    return null;
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      private Path directory;

      @Override
      public void init(PluginContext context, Map<String, String> ofTheDriver) {
        directory = Path.of(context.conf().get(DIRECTORY));
      }

      @Override
      public void onTaskStart() {
        try {
          taskStarts(directory);
        } catch (IOException | InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }

  private static void taskStarts(Path directory) throws IOException, InterruptedException {
    Path armed = directory.resolve(ARMED);
    if (!Files.exists(armed) || !claim(directory, Integer.parseInt(Files.readString(armed)))) {
      return;
    }
    Path told = Files.writeString(directory.resolve("telling"), "" + ProcessHandle.current().pid());
    Files.move(told, directory.resolve(REACHED), StandardCopyOption.ATOMIC_MOVE);
    Thread.sleep(Duration.ofNanos(PATIENCE));
    throw new IllegalStateException("nobody has killed this executor");
  }

  /// Takes the next number; whether it is the one that was asked for.
  private static boolean claim(Path directory, int wanted) throws IOException {
    for (int number = 1; number <= wanted; number++) {
      try {
        Files.createFile(directory.resolve(TASK + number));
        return number == wanted;
      } catch (FileAlreadyExistsException _) {
        // Another task's.
      }
    }
    return false;
  }

  /// From now on tasks are counted.
  ///
  /// @param task number of the one that is to wait, the next being 1
  static void arm(Path directory, int task) throws IOException {
    Path told = Files.writeString(directory.resolve("arming"), Integer.toString(task));
    Files.move(told, directory.resolve(ARMED), StandardCopyOption.ATOMIC_MOVE);
  }

  /// Waits until a task waits.
  ///
  /// @return its process
  static long await(Path directory) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Path reached = directory.resolve(REACHED);
    while (!Files.exists(reached)) {
      if (System.nanoTime() - begun > PATIENCE) {
        throw new IllegalStateException("so many tasks have not begun");
      }
      Thread.sleep(20);
    }
    return Long.parseLong(Files.readString(reached));
  }

  /// Tasks are no longer counted.
  ///
  /// @param task as it was armed
  static void disarm(Path directory, int task) throws IOException {
    Files.deleteIfExists(directory.resolve(ARMED));
    Files.deleteIfExists(directory.resolve(REACHED));
    for (int number = 1; number <= task; number++) {
      Files.deleteIfExists(directory.resolve(TASK + number));
    }
  }
}
