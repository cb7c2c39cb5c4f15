/// The command line. Nothing is exported; it is open because picocli reads the commands by
/// reflection.
open module dev.reformer4j.app {
  requires dev.reformer4j.model;
  requires info.picocli;
  requires tools.jackson.core;
}
