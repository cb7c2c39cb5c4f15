/// What the commands that work with a model share: finding and loading it, which command suits
/// which model, and what it will take of the heap.
package dev.reformer4j.cli.model;
