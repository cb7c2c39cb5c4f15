/// Tensors in files: safetensors, NumPy's `.npy` and what PyTorch saves, read through a memory map;
/// the first two written, whole or not at all. A model's tensors, in however many files, are opened
/// and saved by [dev.reformer4j.checkpoint.Checkpoint].
///
/// Every file is taken as hostile. What is wrong with one, or with the place it should go to, is
/// said by a [dev.reformer4j.checkpoint.TensorFileException] whose message is one sentence; no
/// other exception leaves a reader, whatever the bytes are. Nothing is allocated on the word of a
/// header alone: a size counts only once it has been found to agree with the length of the file.
///
/// The words: a *name* names a tensor in a file · its *dtype* says how a number is stored · its
/// *shape* is its axes, outermost first · the *data section* is what follows the header.
package dev.reformer4j.checkpoint;
