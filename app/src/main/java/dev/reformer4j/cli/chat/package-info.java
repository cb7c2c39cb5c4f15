/// `reformer4j chat`: a text that a person and a model write together.
package dev.reformer4j.cli.chat;
