package dev.reformer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What is the user's to put right, and what is ours.
class FailureTest {
  static Stream<Arguments> usersOwn() {
    return Stream.of(
        arguments(new UserError("a is b; do c"), "a is b; do c"),
        arguments(new IllegalArgumentException("rounds is 0"), "rounds is 0"),
        arguments(new IOException("a sentence"), "a sentence"),
        arguments(new UncheckedIOException(new IOException("a sentence")), "a sentence"),
        arguments(new NoSuchFileException("x"), "x does not exist; check the path"),
        arguments(new AccessDeniedException("x"), "x may not be accessed; check its permissions"),
        arguments(
            new FileSystemException("x", null, "Too many open files"), "x: Too many open files"),
        arguments(new FileSystemException(null), "the file: the file system refused"),
        arguments(new CancellationException(), "interrupted"),
        arguments(new ClosedByInterruptException(), "interrupted"),
        arguments(
            new IOException(
                "cannot write x: interrupted; make room", new ClosedByInterruptException()),
            "interrupted; nothing was written"),
        arguments(new OutOfMemoryError("Java heap space"), "REFORMER4J_OPTS=-Xmx"));
  }

  @ParameterizedTest
  @MethodSource("usersOwn")
  void whatTheUserCanPutRightIsASentence(Throwable e, String sentence) {
    assertThat(Failure.of(e).exitCode()).isEqualTo(2);
    assertThat(Failure.of(e).sentence()).contains(sentence).doesNotContain("null");
  }

  static Stream<Throwable> defects() {
    return Stream.of(
        new NullPointerException(),
        new IllegalStateException("what"),
        new ArrayIndexOutOfBoundsException(3),
        new IllegalArgumentException(),
        new StackOverflowError(),
        new AssertionError("broken"));
  }

  @ParameterizedTest
  @MethodSource("defects")
  void everythingElseIsADefectThatSaysHowToReportIt(Throwable e) {
    assertThat(Failure.of(e).exitCode()).isEqualTo(1);
    assertThat(Failure.of(e).sentence())
        .startsWith("this is a defect of reformer4j")
        .contains(e.getClass().getSimpleName(), "--debug")
        .doesNotContain("null");
  }

  @Test
  void aSentenceIsOneLineWhateverAFileNameHolds() {
    assertThat(Say.oneLine("cannot read a\nb\u001b[31m: no")).isEqualTo("cannot read a b [31m: no");
  }
}
