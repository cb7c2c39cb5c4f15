/// `reformer4j logits`: from ids in a file to what the model says of them, in a file.
package dev.reformer4j.cli.logits;
