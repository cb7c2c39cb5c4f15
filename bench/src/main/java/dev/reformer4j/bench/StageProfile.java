package dev.reformer4j.bench;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingStream;

/// Where the processor time of a piece of work goes: the flight recorder interrupts every thread
/// after each millisecond of processor time that it has used (JEP 509), and the stack tells the
/// stage. Sampling changes the work less than clocks around pieces of a microsecond would.
final class StageProfile {
  private static final String EVENT = "jdk.CPUTimeSample";
  private static final String EVERY = "1ms";

  private StageProfile() {}

  /// Repeats the work for a while and counts samples by stage.
  static Map<Stage, Integer> of(Runnable work, Duration time) {
    Map<Stage, Integer> samples = new EnumMap<>(Stage.class);
    try (RecordingStream stream = new RecordingStream()) {
      stream.enable(EVENT).with("throttle", EVERY);
      stream.onEvent(EVENT, event -> add(samples, event));
      stream.startAsync();
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < end) {
        work.run();
      }
      stream.stop();
    }
    return samples;
  }

  private static void add(Map<Stage, Integer> samples, RecordedEvent event) {
    if (event.getStackTrace() == null) {
      return;
    }
    List<RecordedFrame> frames = event.getStackTrace().getFrames();
    boolean ours =
        frames.stream()
            .anyMatch(frame -> frame.getMethod().getType().getName().contains(".attention."));
    if (ours) {
      samples.merge(Stage.of(frames.stream().map(StageProfile::frame).toList()), 1, Integer::sum);
    }
  }

  private static Stage.Frame frame(RecordedFrame frame) {
    String type = frame.getMethod().getType().getName();
    return new Stage.Frame(type.substring(type.lastIndexOf('.') + 1), frame.getMethod().getName());
  }
}
