/// Where the launcher script enters: puts standard error in place, then runs the command line.
package dev.reformer4j.launch;
