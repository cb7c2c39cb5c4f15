package dev.reformer4j.cli.train;

import java.util.List;

/// What a model card says of a task.
///
/// @param tag what Hugging Face calls it
/// @param kind what such a model is
/// @param heldOut what it was evaluated on
/// @param usage command lines, with `%s` where the model's directory stands
record CardWords(String tag, String kind, String heldOut, List<String> usage) {}
