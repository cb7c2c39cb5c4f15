package dev.reformer4j.cli;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/// Says which build runs, on what.
public final class Version implements IVersionProvider {
  /// Two lines: the program, and what it runs on.
  @Override
  public String[] getVersion() {
    Runtime runtime = Runtime.getRuntime();
    return new String[] {
      "reformer4j " + ofProgram(),
      "Java %s, %s %s, %d processors, heap up to %s"
          .formatted(
              Runtime.version(),
              System.getProperty("os.name"),
              System.getProperty("os.arch"),
              runtime.availableProcessors(),
              Say.bytes(runtime.maxMemory()))
    };
  }

  /// The module's version, or on the class path the one in the manifest.
  static String ofProgram() {
    return Optional.ofNullable(Main.class.getModule().getDescriptor())
        .flatMap(ModuleDescriptor::rawVersion)
        .or(() -> Optional.ofNullable(Main.class.getPackage().getImplementationVersion()))
        .orElse("(unpackaged build)");
  }
}
