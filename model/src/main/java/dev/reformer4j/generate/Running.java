package dev.reformer4j.generate;

import dev.reformer4j.text.Decoder;
import dev.reformer4j.text.Vocabulary;
import java.util.Optional;

/// One sequence while it is generated: chooses its tokens, turns them into text, and knows when to
/// end.
final class Running {
  /// How many tokens before a cut are looked at for one after which the rest can be encoded.
  private static final int TOKENS_TO_RECODE = 8;

  private final int sequence;
  private final Session session;
  private final GenerateRequest request;
  private final NextLogits model;
  private final Vocabulary vocabulary;
  private final TextListener listener;
  private final int[] prompt;
  private final Sampler sampler;
  private final Decoder decoder;
  private final StopStrings stops;
  private final IdList drawn = new IdList();

  /// After how many characters of the text, stop strings included, each drawn token ends.
  private final IdList ends = new IdList();

  private final StringBuilder text = new StringBuilder();
  private Optional<FinishReason> reason = Optional.empty();

  Running(
      int sequence,
      Session session,
      GenerateRequest request,
      NextLogits model,
      Vocabulary vocabulary,
      TextListener listener) {
    this.sequence = sequence;
    this.session = session;
    this.request = request;
    this.model = model;
    this.vocabulary = vocabulary;
    this.listener = listener;
    this.prompt = session.ids();
    this.sampler = new Sampler(request.sampling(), request.sequence());
    this.decoder = Fragments.decoderAfter(vocabulary, prompt);
    this.stops = new StopStrings(request.stopStrings());
    for (int id : prompt) {
      sampler.see(id);
    }
  }

  Session session() {
    return session;
  }

  boolean isFinished() {
    return reason.isPresent();
  }

  Completion completion() {
    return new Completion(text.toString(), drawn.from(0), reason.orElseThrow());
  }

  /// Tokens drawn after the first.
  int laterTokens() {
    return Math.max(0, drawn.size() - 1);
  }

  /// Chooses the next token.
  ///
  /// @param logits of the token after the session's last, from `offset` on
  void take(float[] logits, int offset) {
    int id = sampler.choose(logits, offset, model.vocabularySize(), session.length());
    drawn.add(id);
    if (request.endIds().contains(id)) {
      finish(FinishReason.END_OF_TEXT);
      return;
    }
    session.append(id);
    sampler.see(id);
    String piece = decoder.push(id);
    ends.add((ends.size() == 0 ? 0 : ends.get(ends.size() - 1)) + piece.length());
    boolean goOn = hear(stops.push(piece));
    if (stops.found()) {
      finish(FinishReason.STOP_STRING);
    } else if (drawn.size() == request.maxNewTokens()) {
      finish(FinishReason.MAX_NEW_TOKENS);
    } else if (session.length() == model.positions()) {
      finish(FinishReason.POSITIONS_EXHAUSTED);
    } else if (!goOn) {
      finish(FinishReason.CANCELLED);
    } else if (stops.holds() || (piece.isEmpty() && !request.stopStrings().isEmpty())) {
      session.expectRetreat();
    } else {
      session.expectNoRetreat();
    }
  }

  private boolean hear(String piece) {
    text.append(piece);
    return listener.onText(sequence, piece);
  }

  /// Ends the sequence; what was held back is text.
  void finish(FinishReason why) {
    reason = Optional.of(why);
    if (!stops.found()) {
      String rest = stops.push(decoder.finish()) + stops.finish();
      if (!rest.isEmpty()) {
        hear(rest);
      }
    }
    if (stops.found()) {
      reason = Optional.of(FinishReason.STOP_STRING);
      cut();
    }
    session.expectNoRetreat();
  }

  /// Takes everything from the stop string on out of the session. It may begin in the middle of a
  /// token, whose first part is then encoded again, if need be together with tokens before it. A
  /// part that the vocabulary cannot encode, or for which there are no positions, is lost.
  private void cut() {
    int whole = wholeTokens(text.length());
    for (int tokens = whole; tokens >= Math.max(0, whole - TOKENS_TO_RECODE); tokens--) {
      Optional<int[]> rest = encodedAfter(tokens);
      int kept = prompt.length + tokens;
      if (rest.isPresent() && rest.get().length <= model.positions() - kept) {
        session.takeBack(kept, rest.get());
        return;
      }
    }
    session.takeBack(prompt.length + whole, new int[0]);
  }

  /// The fewest tokens that give all the text that whole tokens can give, up to `length`.
  private int wholeTokens(int length) {
    int tokens = 0;
    for (int i = 1; i <= ends.size() && end(i) <= length; i++) {
      if (end(i) > end(tokens)) {
        tokens = i;
      }
    }
    return tokens;
  }

  private int end(int tokens) {
    return tokens == 0 ? 0 : ends.get(tokens - 1);
  }

  /// The text after the first drawn tokens as ids, if there are such that give it back exactly.
  private Optional<int[]> encodedAfter(int tokens) {
    String rest = text.substring(end(tokens));
    int[] recoded;
    try {
      recoded = rest.isEmpty() ? new int[0] : Fragments.ids(vocabulary.encoding(rest), false);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
    Decoder again = Fragments.decoderAfter(vocabulary, prompt);
    for (int i = 0; i < tokens; i++) {
      again.push(drawn.get(i));
    }
    StringBuilder decoded = new StringBuilder();
    for (int id : recoded) {
      decoded.append(again.push(id));
    }
    decoded.append(again.finish());
    return rest.contentEquals(decoded) ? Optional.of(recoded) : Optional.empty();
  }
}
