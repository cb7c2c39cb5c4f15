/// `reformer4j convert`: a model in another directory, format or number type.
package dev.reformer4j.cli.convert;
