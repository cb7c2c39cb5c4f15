/// `reformer4j attend`: attention over tensors in files.
///
/// Everything that can be found wrong before the work begins is: shapes and dtypes from the headers
/// alone, the heap that will be needed, and whether the output can be written.
package dev.reformer4j.cli.attend;
