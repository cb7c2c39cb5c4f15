package dev.reformer4j.spark;

import java.io.Serializable;

/// What the tasks of a transformation must know.
///
/// @param window tokens that a score reads at once; 0 for as many as the model has positions
/// @param truncate whether of a text that is too long the beginning is taken
/// @param temperature 0 for the likeliest token
record Settings(
    Task task,
    ModelFolder model,
    int window,
    boolean truncate,
    int maxNewTokens,
    double temperature,
    long seed)
    implements Serializable {}
