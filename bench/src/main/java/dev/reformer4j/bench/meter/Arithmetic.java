package dev.reformer4j.bench.meter;

import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.bench.Subject;
import java.util.Map;
import java.util.function.Function;

/// The multiplications and additions of LSH attention: those that its definition names, and those
/// that are executed.
public final class Arithmetic {
  private Arithmetic() {}

  /// What one forward pass is nominally made of: hashing, and scores and values of every query with
  /// every key of its window, whether a mask hides the pair or not.
  ///
  /// @return floating-point operations: hashing, scores, values
  public static long[] nominal(int heads, int n, int width, int rounds, int[] factors) {
    long perHead = (long) heads * n * rounds;
    long columns = java.util.Arrays.stream(factors).sum() / 2;
    long window = 2 * 64;
    return new long[] {
      perHead * columns * width * 2, perHead * window * width * 2, perHead * window * width * 2
    };
  }

  /// What one forward pass executes, by the method of the library that asks for it.
  public static Map<String, Long> executed(
      int heads, int n, int width, int rounds, String buckets) {
    try {
      @SuppressWarnings("unchecked")
      Function<Object[], Map<String, Long>> run =
          (Function<Object[], Map<String, Long>>)
              new MeteringLoader()
                  .loadClass(Run.class.getName())
                  .getDeclaredConstructor()
                  .newInstance();
      return run.apply(new Object[] {heads, n, width, rounds, buckets});
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The work, loaded by the metering loader and called through types that both sides know.
  public static final class Run implements Function<Object[], Map<String, Long>> {
    /// Called by reflection.
    public Run() {}

    @Override
    public Map<String, Long> apply(Object[] load) {
      Subject subject =
          Subject.lsh(
              (int) load[0],
              (int) load[1],
              (int) load[2],
              (int) load[3],
              Buckets.parse((String) load[4]));
      Meter.take();
      subject.forward(Workers.inline());
      return Meter.take();
    }
  }
}
