/// Parity with torch and Hugging Face, run in double precision. The data and the script that makes
/// them lie in `src/test/resources/golden`.
package dev.reformer4j.attention.golden;
