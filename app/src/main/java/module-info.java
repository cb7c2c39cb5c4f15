// The command line. Nothing is exported, and it is open because picocli reads the commands by
// reflection. (Error Prone takes the doc comment of an open module for a misplaced one.)
open module dev.reformer4j.app {
  requires de.siegmar.fastcsv;
  requires dev.reformer4j.model;
  requires info.picocli;
  requires java.management;
  requires jdk.httpserver;
  requires jdk.unsupported; // signals, by JLine
  requires org.jline.reader;
  requires org.jline.terminal;
  requires tools.jackson.core;
}
