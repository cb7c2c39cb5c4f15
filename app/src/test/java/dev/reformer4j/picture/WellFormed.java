package dev.reformer4j.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether markup is what a strict reader takes: every element closed, in order, and nothing but
/// known entities.
public final class WellFormed {
  private static final Pattern TAG =
      Pattern.compile(
          "<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\\s+[a-zA-Z][a-zA-Z0-9:-]*=(?:'[^'<>]*'|\"[^\"<>]*\"))*)\\s*(/?)>");

  private WellFormed() {}

  /// Fails at the first thing that is wrong.
  public static void check(String markup) {
    Deque<String> open = new ArrayDeque<>();
    Matcher tag = TAG.matcher(markup);
    int end = 0;
    while (tag.find()) {
      checkText(markup.substring(end, tag.start()));
      end = tag.end();
      if (!tag.group(1).isEmpty()) {
        assertThat(open).as("</%s>", tag.group(2)).isNotEmpty();
        assertThat(open.pop()).isEqualTo(tag.group(2));
      } else if (tag.group(4).isEmpty() && !tag.group(2).equals("meta")) {
        open.push(tag.group(2));
      }
    }
    checkText(markup.substring(end));
    assertThat(open).isEmpty();
  }

  private static void checkText(String text) {
    String plain = text.replaceFirst("^<!DOCTYPE html>", "");
    assertThat(plain).doesNotContain("<");
    assertThat(plain.replaceAll("&(amp|lt|gt|quot|#39);", "")).doesNotContain("&");
  }
}
