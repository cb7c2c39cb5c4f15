/// `reformer4j plan`: which attention for a length, with predicted time and memory. The thinking is
/// done in [dev.reformer4j.plan].
package dev.reformer4j.cli.plan;
