package dev.reformer4j.text;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.IntPredicate;

/// Streams what a library can only decode as a whole. How an id reads depends on the ids before it
/// in two ways: whether it is the first that says anything, and the bytes of a character that it
/// goes on with. So a window is decoded that begins with the ids of the last certain text, which
/// say something when they stand alone, and end with a whole character; what comes behind that text
/// is new.
final class WindowDecoder implements Decoder {
  private final Function<int[], String> decode;
  private final IntPredicate open;
  private int[] window = new int[16];
  private int length;

  /// How many ids of the window made the last certain text, and how long that is.
  private int saidIds;

  private int saidLength;

  /// @param decode gives the text of a sequence of ids
  /// @param open whether the text may still change that ends with this id
  WindowDecoder(Function<int[], String> decode, IntPredicate open) {
    this.decode = decode;
    this.open = open;
  }

  @Override
  public String push(int id) {
    if (length == window.length) {
      window = Arrays.copyOf(window, 2 * length);
    }
    window[length++] = id;
    if (open.test(id)) {
      return "";
    }
    String text = decode.apply(Arrays.copyOf(window, length));
    if (text.length() <= saidLength || text.endsWith("\uFFFD")) {
      return "";
    }
    String fresh = text.substring(saidLength);
    int[] latest = Arrays.copyOfRange(window, saidIds, length);
    int alone = decode.apply(latest).length();
    if (alone > 0) {
      System.arraycopy(latest, 0, window, 0, latest.length);
      length = latest.length;
    }
    saidIds = length;
    saidLength = alone > 0 ? alone : text.length();
    return fresh;
  }

  @Override
  public String finish() {
    String text = decode.apply(Arrays.copyOf(window, length));
    String fresh = text.substring(Math.min(saidLength, text.length()));
    length = 0;
    saidIds = 0;
    saidLength = 0;
    return fresh;
  }
}
