package dev.reformer4j.explorer;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.TokenTrace;
import dev.reformer4j.attention.Trace;
import dev.reformer4j.attention.WeighedKey;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.generate.GenerateRequest;
import dev.reformer4j.generate.Generation;
import dev.reformer4j.generate.Generator;
import dev.reformer4j.generate.NextLogits;
import dev.reformer4j.generate.Sampling;
import dev.reformer4j.generate.Session;
import dev.reformer4j.model.LayerAttention;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Goes on with a text and tells, of every new token, which earlier ones were looked at when it was
/// chosen. The model reads the whole text anew for each, so that what is told is what was computed.
final class Continuation {
  private static final int MOST_KEYS = 12;

  private final ModelSource source;
  private final Reformer model;
  private final Vocabulary vocabulary;

  Continuation(ModelSource source, Reformer model, Vocabulary vocabulary) {
    this.source = source;
    this.model = model;
    this.vocabulary = vocabulary;
  }

  /// Hears of every new token.
  interface Listener {
    /// Called for every new token.
    ///
    /// @param position of the new token
    /// @param id of it
    /// @param piece the text that has become certain with it, often empty
    /// @param story of the token before it, whose query chose it
    /// @return whether to go on
    boolean onToken(int position, int id, String piece, TokenTrace story);
  }

  /// Generates until enough is there, the listener has enough, or the thread is interrupted.
  ///
  /// @return why it ended
  String run(View view, int mostTokens, int mostNew, Workers workers, Listener listener) {
    int layer = source.layer(view.layer());
    if (view.newTokens() < 1 || view.newTokens() > mostNew) {
      throw Problem.badRequest(
          "newTokens %d is not between 1 and %d; ask for fewer, and go on from there"
              .formatted(view.newTokens(), mostNew));
    }
    Generator generator = new Generator(NextLogits.recomputing(model, workers), vocabulary);
    Session session = generator.newSession();
    session.append(view.text());
    TooLong.check(session.length() + view.newTokens(), mostTokens);
    long seed = view.seed().orElse(0L);
    Sampling sampling =
        view.temperature() == 0
            ? Sampling.greedy()
            : Sampling.random(seed).withTemperature(view.temperature());
    int[] told = {session.length()};
    Generation generation =
        generator.goOn(
            session,
            GenerateRequest.of(sampling, view.newTokens()),
            (_, piece) -> {
              int[] ids = session.ids();
              if (ids.length == told[0]) {
                return listener.onToken(ids.length - 1, -1, piece, null);
              }
              told[0] = ids.length;
              int[] before = Arrays.copyOf(ids, ids.length - 1);
              TokenTrace story = story(view, layer, before, workers);
              return listener.onToken(ids.length - 1, ids[ids.length - 1], piece, story);
            });
    return generation.completions().getFirst().reason().name().toLowerCase(Locale.ROOT);
  }

  /// What the last token looked at, in the layer and head that is looked into.
  private TokenTrace story(View view, int layer, int[] ids, Workers workers) {
    LayerAttention attention = model.attention(ids, layer, workers);
    LayerAttention.Lsh lsh = attention.lsh().orElseThrow();
    AttentionInput input = HeadOf.input(attention.input(), view.head());
    LshConfig config = lsh.config();
    int[] all = IntStream.range(0, config.rounds()).toArray();
    Rotations rotations =
        HeadOf.rotations(
            lsh.rotations(), attention.input().heads(), view.head(), config.rounds(), all);
    Hashes hashes = new LshAttention(config, rotations).hash(input, workers);
    return new Trace(input, config, rotations, hashes, 0, 0).token(ids.length - 1);
  }

  /// The keys that mattered most.
  static List<WeighedKey> heaviest(TokenTrace story) {
    return story.keys().stream().limit(MOST_KEYS).toList();
  }
}
