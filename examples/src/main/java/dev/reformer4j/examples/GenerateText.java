package dev.reformer4j.examples;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.generate.GenerateRequest;
import dev.reformer4j.generate.Generation;
import dev.reformer4j.generate.Generator;
import dev.reformer4j.generate.NextLogits;
import dev.reformer4j.generate.Sampling;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.nio.file.Path;
import java.util.List;

/// Generates text, and prints it as it comes.
public final class GenerateText {
  private GenerateText() {}

  /// @param args the directory of a causal model, such as reformer-crime-and-punishment, and a
  ///   prompt; without them a model that has learnt nothing speaks
  static void main(String[] args) throws TensorFileException {
    Reformer model = args.length > 0 ? Reformer.load(Path.of(args[0])) : untaught();
    String prompt = args.length > 1 ? args[1] : "It was ";
    Sampling sampling = Sampling.random(7).withTemperature(0.8).withTopK(40);
    GenerateRequest request = GenerateRequest.of(sampling, 48).withStopStrings(List.of("\n\n"));

    try (Workers workers = Workers.allProcessors();
        Vocabulary vocabulary = vocabulary(args, model)) {
      Generator generator = new Generator(NextLogits.remembering(model, workers), vocabulary);
      IO.print(prompt);
      Generation all = generator.generate(List.of(prompt), request, GenerateText::print);
      IO.println();
      var first = all.completions().getFirst();
      IO.println(first.ids().length + " tokens, " + first.reason());
    }
  }

  /// @return whether to go on
  private static boolean print(int sequence, String piece) {
    IO.print(piece);
    return true;
  }

  private static Vocabulary vocabulary(String[] args, Reformer model) throws TensorFileException {
    return args.length > 0
        ? Vocabulary.load(Path.of(args[0]), model.config().vocabularySize())
        : Vocabulary.bytes();
  }

  /// Sliding windows, so that a token that is generated sees what it saw in training.
  private static Reformer untaught() {
    return Reformer.create(
        KeepAModel.config().toBuilder().chunking(Chunking.SLIDING).buckets(16).build(), 42);
  }
}
