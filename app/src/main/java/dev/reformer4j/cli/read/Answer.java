package dev.reformer4j.cli.read;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.Progress;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.Threads;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.JsonText;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.cli.model.ModelOption;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.LoadOptions;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.tensor.Tensor;
import dev.reformer4j.text.Encoding;
import dev.reformer4j.text.TextFile;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `reformer4j answer`.
@Command(
    name = "answer",
    sortOptions = false,
    description = "The part of a text that answers a question.",
    footer = {
      "",
      "Prints a line for every answer, best first: its probability, where it is in the",
      "text (from which to before which Unicode character, counted from 0), and its words.",
      "",
      "  reformer4j answer --model squad --question 'Who?' --context-file novel.txt"
    })
public final class Answer implements Callable<Integer> {
  @Mixin private ModelOption model;

  @Option(names = "--question", paramLabel = "TEXT", required = true, description = "The question.")
  private String question;

  @Option(names = "--context", paramLabel = "TEXT", description = "The text with the answer.")
  private Optional<String> context = Optional.empty();

  @Option(
      names = "--context-file",
      paramLabel = "FILE",
      description = "The same in a file, in UTF-8.")
  private Optional<Path> contextFile = Optional.empty();

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "1",
      converter = Numbers.Positive.class,
      description = "How many answers. Default: ${DEFAULT-VALUE}.")
  private int top;

  @Option(
      names = "--max-answer-tokens",
      paramLabel = "N",
      defaultValue = "64",
      converter = Numbers.Positive.class,
      description = "The longest answer, in tokens. Default: ${DEFAULT-VALUE}.")
  private int longest;

  @Mixin private Threads threads;

  @Option(
      names = "--json",
      description = "Print one JSON object, and nothing else, on standard output.")
  private boolean json;

  @Spec private CommandSpec spec;

  /// Reads, computes and prints.
  @Override
  public Integer call() throws IOException {
    String text = text();
    Reformer reformer = model.load("answer", LoadOptions.defaults(), HeadKind.QUESTION_ANSWERING);
    Encoding encoding;
    try (Vocabulary vocabulary = model.vocabulary(reformer)) {
      encoding = vocabulary.encoding(question, text);
    }
    if (encoding.length() > reformer.positions()) {
      throw new UserError(
          "question and text together have %s tokens, but this model has %s positions; give a shorter part of the text"
              .formatted(Say.count(encoding.length()), Say.count(reformer.positions())));
    }
    ModelMemory.require(reformer, encoding.length(), 0);
    List<Spans.Answer> answers;
    try (Progress _ = Progress.of(spec.commandLine().getErr(), "reading");
        Workers workers = threads.workers()) {
      Tensor logits = reformer.logits(encoding.ids(), workers);
      answers = Spans.best(logits, encoding, text, longest, top);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(answers, text));
    } else {
      answers.forEach(answer -> out.println(line(answer, text)));
    }
    out.flush();
    return 0;
  }

  private String text() throws IOException {
    if (context.isPresent() == contextFile.isPresent()) {
      throw new UserError(
          context.isPresent()
              ? "--context and --context-file were both given; give one of them"
              : "no text was given to find the answer in; give --context TEXT or --context-file FILE");
    }
    String text = context.isPresent() ? context.get() : TextFile.read(contextFile.get());
    if (text.isBlank() || question.isBlank()) {
      throw new UserError(
          (text.isBlank() ? "the text" : "the question") + " is empty; give some words");
    }
    return text;
  }

  private static String line(Spans.Answer answer, String text) {
    return String.format(
        Locale.ROOT,
        "%.4f  %d-%d  %s",
        answer.probability(),
        characters(text, answer.span().begin()),
        characters(text, answer.span().end()),
        answer.span().of(text).replaceAll("\\s+", " "));
  }

  /// Unicode characters before a place in the text: what other languages count.
  private static int characters(String text, int place) {
    return text.codePointCount(0, place);
  }

  private String json(List<Spans.Answer> answers, String text) {
    return JsonText.object(json -> {
      json.writeStringProperty("question", question);
      json.writeName("answers").writeStartArray();
      for (Spans.Answer answer : answers) {
        json.writeStartObject();
        json.writeStringProperty("text", answer.span().of(text));
        json.writeNumberProperty("begin", characters(text, answer.span().begin()));
        json.writeNumberProperty("end", characters(text, answer.span().end()));
        json.writeNumberProperty("probability", answer.probability());
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }
}
