package dev.reformer4j.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingStream;

/// Where the processor time of a piece of work goes: the flight recorder interrupts every thread
/// after each millisecond of processor time that it has used (JEP 509), and the stack tells the
/// stage. Sampling changes the work less than clocks around pieces of a microsecond would.
public final class StageProfile {
  private static final String EVENT = "jdk.CPUTimeSample";
  private static final String EVERY = "1ms";

  private StageProfile() {}

  /// A method on the stack: the name of its class, package included, and its own.
  public record Frame(String type, String method) {}

  /// Repeats the work for a while and counts samples by stage.
  ///
  /// @param stages tells the stage of a stack, innermost frame first
  public static <S extends Comparable<S>> Map<S, Integer> of(
      Runnable work, Duration time, Function<List<Frame>, S> stages) {
    Map<S, Integer> samples = new TreeMap<>();
    try (RecordingStream stream = new RecordingStream()) {
      stream.enable(EVENT).with("throttle", EVERY);
      stream.onEvent(EVENT, event -> add(samples, event, stages));
      stream.startAsync();
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < end) {
        work.run();
      }
      stream.stop();
    }
    return samples;
  }

  private static <S> void add(
      Map<S, Integer> samples, RecordedEvent event, Function<List<Frame>, S> stages) {
    if (event.getStackTrace() == null) {
      return;
    }
    List<Frame> frames =
        event.getStackTrace().getFrames().stream().map(StageProfile::frame).toList();
    if (frames.stream().anyMatch(StageProfile::isMeasured)) {
      samples.merge(stages.apply(frames), 1, Integer::sum);
    }
  }

  private static Frame frame(RecordedFrame frame) {
    return new Frame(frame.getMethod().getType().getName(), frame.getMethod().getName());
  }

  /// Whether it is of the library, and not of what measures it.
  private static boolean isMeasured(Frame frame) {
    return frame.type().startsWith("dev.reformer4j.")
        && !frame.type().startsWith("dev.reformer4j.bench.");
  }
}
