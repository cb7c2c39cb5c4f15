package dev.reformer4j.spark;

import java.io.Serializable;

/// All that the tasks of a distributed attention must know.
record LargeJob(Rules rules, Sequences sequences, Rotated rotated, Cells cells, Plan plan)
    implements Serializable {}
