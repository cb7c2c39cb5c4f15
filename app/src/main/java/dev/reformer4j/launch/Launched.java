package dev.reformer4j.launch;

import dev.reformer4j.cli.Main;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;

/// The entry of the launcher script `reformer4j`.
///
/// A JVM that resolves the vector API warns of it on standard error before the first line of any
/// program, and no option stops that. So the script starts the JVM with standard error going
/// nowhere and the real one as descriptor 3; this class makes 3 the standard error again. To filter
/// the stream instead would hide from everyone that it is a terminal, and could swap its lines with
/// those of standard output.
///
/// It makes it so for Java only, since that takes no time: `dup2` by way of the foreign function
/// interface, which would do it for native code as well, costs a twelfth of a second, a quarter of
/// the whole start. To open `/dev/fd/3` is no way, since a file would then be written from its
/// beginning, over what others have written there. The JVM itself writes to standard output what it
/// has to say.
///
/// Started without the script, use [Main]: there is no descriptor 3 then.
public final class Launched {
  private static final int HELD_BACK = 3;

  private Launched() {}

  /// Runs [Main].
  ///
  /// @throws ReflectiveOperationException if the script has not opened `java.io` to this module
  public static void main(String[] args) throws ReflectiveOperationException {
    Constructor<FileDescriptor> numbered = FileDescriptor.class.getDeclaredConstructor(int.class);
    numbered.setAccessible(true);
    FileDescriptor standardError = numbered.newInstance(HELD_BACK);
    System.setErr(new PrintStream(new FileOutputStream(standardError), true, System.err.charset()));
    Main.main(args);
  }
}
