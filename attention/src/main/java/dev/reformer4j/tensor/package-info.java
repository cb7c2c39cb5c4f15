/// Shape and storage.
package dev.reformer4j.tensor;
