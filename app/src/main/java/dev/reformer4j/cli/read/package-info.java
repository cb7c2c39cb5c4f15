/// Commands in which a model reads texts and says something of them: `embed`, `classify`, `answer`
/// and `score`.
package dev.reformer4j.cli.read;
