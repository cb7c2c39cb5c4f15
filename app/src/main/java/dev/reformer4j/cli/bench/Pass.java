package dev.reformer4j.cli.bench;

/// What of training is timed.
enum Pass {
  FORWARD("forward"),
  FORWARD_BACKWARD("forward+backward");

  private final String label;

  Pass(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
