/// Small programs, each with one idea; a test runs every one of them and reads what it prints.
///
/// They are single files, so that no build tool is needed to try a change. After `./mvnw
/// -DskipTests package`:
///
/// ```sh
/// java -p app/target/lib --add-modules dev.reformer4j.model \
///   examples/src/main/java/dev/reformer4j/examples/AttendByHashing.java
/// ```
package dev.reformer4j.examples;
