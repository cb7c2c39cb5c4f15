/// LSH attention for the JVM, with nothing below it but the JDK.
///
/// On the module path the vector API comes with it and no flag is needed. On the class path it has
/// to be asked for (`--add-modules jdk.incubator.vector`); without it the scalar twins do the work,
/// slower and with the same results.
// module: dev.reformer4j.model is compiled after this one, so javac has not met it yet.
@SuppressWarnings("module")
module dev.reformer4j.attention {
  requires jdk.incubator.vector;

  exports dev.reformer4j.attention;
  exports dev.reformer4j.tensor;
  exports dev.reformer4j.kernel to
      dev.reformer4j.model;
}
