/// The arithmetic: for every operation a literal scalar twin, which is its specification, and a
/// vector version. This is the only package that names `jdk.incubator.vector`.
package dev.reformer4j.kernel;
