/// `reformer4j inspect`: what a model is and what it will need, from its configuration and the
/// headers of its files; no weight is read.
package dev.reformer4j.cli.inspect;
