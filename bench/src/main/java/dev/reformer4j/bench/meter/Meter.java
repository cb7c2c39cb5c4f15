package dev.reformer4j.bench.meter;

import dev.reformer4j.kernel.Kernels;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Kernels that count and then do their work. The count of a product is two for every number of A
/// that meets one of B, those in rows that a kernel rounds up to included.
public final class Meter implements InvocationHandler {
  private static final Set<String> WITHOUT_PRODUCTS =
      Set.of(
          "name",
          "strip",
          "slab",
          "tileRows",
          "lanes",
          "transpose",
          "transposeToSlabs",
          "copyToSlabs",
          "sumOfSquares",
          "addArgmax",
          "scale",
          "scaleAndMask",
          "exponentials",
          "softmaxGradient",
          "decay",
          "logSumExp",
          "scatterRows",
          "dot");

  private static final Map<String, Long> FLOPS = new TreeMap<>();

  private final Kernels kernels;

  private Meter(Kernels kernels) {
    this.kernels = kernels;
  }

  /// Counting kernels around others.
  public static Kernels around(Kernels kernels) {
    return (Kernels)
        Proxy.newProxyInstance(
            Meter.class.getClassLoader(), new Class<?>[] {Kernels.class}, new Meter(kernels));
  }

  /// What was counted since the last call, by the method of the library that asked for it.
  static Map<String, Long> take() {
    synchronized (FLOPS) {
      Map<String, Long> taken = new TreeMap<>(FLOPS);
      FLOPS.clear();
      return taken;
    }
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (method.isDefault()) {
      return InvocationHandler.invokeDefault(proxy, method, arguments);
    }
    if (method.getName().equals("multiply")) {
      long m = (int) arguments[8];
      long n = (int) arguments[9];
      long k = (int) arguments[10];
      count(2 * m * n * k);
    } else if (!WITHOUT_PRODUCTS.contains(method.getName())) {
      throw new IllegalStateException(
          "the meter does not know how much arithmetic the kernel "
              + method.getName()
              + " does; teach it in "
              + Meter.class.getName());
    }
    try {
      return method.invoke(kernels, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void count(long flops) {
    String caller =
        StackWalker.getInstance()
            .walk(frames ->
                frames
                    .filter(frame -> frame.getClassName().startsWith("dev.reformer4j.attention."))
                    .findFirst()
                    .map(Meter::name)
                    .orElse("?"));
    synchronized (FLOPS) {
      FLOPS.merge(caller, flops, Long::sum);
    }
  }

  private static String name(StackWalker.StackFrame frame) {
    String type = frame.getClassName();
    return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethodName();
  }
}
