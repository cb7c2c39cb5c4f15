package dev.reformer4j.cli.demo;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.ShippedModel;
import dev.reformer4j.explain.Screen;
import dev.reformer4j.generate.GenerateRequest;
import dev.reformer4j.generate.Generation;
import dev.reformer4j.generate.Generator;
import dev.reformer4j.generate.NextLogits;
import dev.reformer4j.generate.Sampling;
import dev.reformer4j.generate.Session;
import dev.reformer4j.generate.TextListener;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.io.PrintWriter;
import java.util.Locale;

/// What the model that comes with this program makes of a beginning.
///
/// @param parameters numbers of the model
/// @param text what came, without the beginning
/// @param perSecond tokens
record Continuation(long parameters, String text, double perSecond) {
  private static final String BEGINNING = "Emma had not been long at Hartfield, when ";
  private static final int TOKENS = 400;
  private static final double TEMPERATURE = 0.6;

  static Continuation write(long seed, Workers workers) {
    try (Vocabulary vocabulary = Vocabulary.bytes()) {
      Reformer model = Reformer.load(ShippedModel.directory());
      Generator generator = new Generator(NextLogits.remembering(model, workers), vocabulary);
      Session session = generator.newSession();
      session.append(vocabulary.encode(BEGINNING));
      Sampling sampling = Sampling.greedy().withTemperature(TEMPERATURE).withSeed(seed);
      Generation generation =
          generator.goOn(session, GenerateRequest.of(sampling, TOKENS), TextListener.none());
      long parameters =
          model.parameters().values().stream().mapToLong(parameter -> parameter.size()).sum();
      return new Continuation(
          parameters,
          generation.completions().getFirst().text(),
          generation.timing().laterTokens() / (generation.timing().laterTime().toNanos() * 1e-9));
    } catch (TensorFileException e) {
      throw new UserError(e.getMessage(), e);
    }
  }

  void print(PrintWriter out, Screen screen) {
    out.println();
    out.println(screen.bold("A Reformer that goes on writing"));
    out.println(
        screen.wrapped(
            String.format(
                Locale.ROOT,
                "%.1f million parameters, trained by this program on five of these novels, byte by"
                    + " byte; %.0f bytes a second.",
                parameters / 1e6,
                perSecond)));
    out.println();
    out.println(BEGINNING + text.strip());
  }
}
