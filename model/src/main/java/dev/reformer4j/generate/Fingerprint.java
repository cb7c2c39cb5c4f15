package dev.reformer4j.generate;

import dev.reformer4j.layer.Parameter;
import dev.reformer4j.model.Reformer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// SHA-256 of a model: its configuration, and the name and the bits of every parameter.
final class Fingerprint {
  private static final int NUMBERS = 1 << 14;

  private Fingerprint() {}

  static byte[] of(Reformer model) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    add(digest, model.config().toJson());
    ByteBuffer bytes = ByteBuffer.allocate(NUMBERS * Float.BYTES);
    for (Parameter parameter : model.parameters().values()) {
      add(digest, parameter.name());
      float[] numbers = parameter.value().data();
      for (int i = 0; i < numbers.length; i += NUMBERS) {
        int count = Math.min(NUMBERS, numbers.length - i);
        bytes.asFloatBuffer().put(numbers, i, count);
        digest.update(bytes.array(), 0, count * Float.BYTES);
      }
    }
    return digest.digest();
  }

  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }
}
