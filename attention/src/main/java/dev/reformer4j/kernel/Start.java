package dev.reformer4j.kernel;

/// When a process that has just started goes over from the scalar twins to vectors.
///
/// Until the compiler has come to it, an operation of the Vector API is a call and every vector an
/// object: a kernel is then far slower than its twin, of which the compiler soon makes good code.
/// What has but a few words to say would have been over before. So in a process that asks for it,
/// as the launcher does for some commands, the twins, which give the same bits, do the first
/// products. Who has much to do after all loses a few tenths of a second.
final class Start {
  /// Whether this process asked for it. A server or a library's user wants vectors at once.
  static final boolean QUICK = Boolean.getBoolean("reformer4j.quickStart");

  /// Products that are left to the twins: enough for some hundred tokens of a small model. Threads
  /// may count over each other; it need not be exact, since bits do not depend on it.
  private static long left = 500_000_000;

  private Start() {}

  /// Whether twins are to do so many products.
  static boolean isOn(long products) {
    if (left <= 0) {
      return false;
    }
    left -= products;
    return true;
  }

  /// Whether twins are to do what is little beside the products.
  static boolean isOn() {
    return left > 0;
  }
}
