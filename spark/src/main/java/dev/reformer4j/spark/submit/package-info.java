/// What `spark-submit` runs: attention, inference and training from the command line.
package dev.reformer4j.spark.submit;
