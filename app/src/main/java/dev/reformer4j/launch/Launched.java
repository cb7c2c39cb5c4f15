package dev.reformer4j.launch;

import dev.reformer4j.cli.Main;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The entry of the launcher script `reformer4j`.
///
/// A JVM that resolves the vector API warns of it on standard error before the first line of any
/// program, and no option stops that. So the script starts the JVM with standard error going
/// nowhere and the real one as descriptor 3; this class makes 3 the standard error again, for Java
/// and for the JVM's own messages alike. To filter the stream instead would hide from everyone that
/// it is a terminal, and could swap its lines with those of standard output.
///
/// Started without the script, use [Main]: there is no descriptor 3 then.
public final class Launched {
  private static final int STDERR = 2;
  private static final int HELD_BACK = 3;

  private Launched() {}

  /// Runs [Main].
  ///
  /// @throws FileNotFoundException if no way leads back to the real standard error
  public static void main(String[] args) throws FileNotFoundException {
    if (!restore()) {
      System.setErr(new PrintStream(new FileOutputStream("/dev/fd/" + HELD_BACK, true), true));
    }
    Main.main(args);
  }

  /// `dup2(3, 2)`, then `close(3)`, so that whoever waits for standard error to be closed waits for
  /// one descriptor only.
  private static boolean restore() {
    try {
      MethodHandle dup2 = libc("dup2", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
      MethodHandle close = libc("close", ValueLayout.JAVA_INT);
      return (int) dup2.invokeExact(HELD_BACK, STDERR) == STDERR
          && (int) close.invokeExact(HELD_BACK) == 0;
    } catch (Throwable _) { // invokeExact declares it; whatever it is, there is the other way
      return false;
    }
  }

  @SuppressWarnings("restricted") // the launcher grants native access for this one purpose
  private static MethodHandle libc(String name, ValueLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
  }
}
